# How every target of this project is compiled, and how a floor is declared.

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Release by default" FORCE)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()
# set_ccache(VARIABLE=VALUE...): for the targets that the current folder makes from here on.
macro(set_ccache)
  if(CCACHE_PROGRAM AND "${CMAKE_CXX_COMPILER_LAUNCHER}" MATCHES "^(env;CCACHE_.*;)?${CCACHE_PROGRAM}$")
    set(CMAKE_CXX_COMPILER_LAUNCHER env ${ARGN} ${CCACHE_PROGRAM})
  endif()
endmacro()

set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# Usage requirements shared by all floors. -fno-trapping-math and -fno-math-errno let the compiler
# vectorise; -ffast-math stays off: it would break the polynomial exp and tanh.
add_library(storyteller_options INTERFACE)
target_compile_features(storyteller_options INTERFACE cxx_std_20)
# Flags of the host compiler; cmake/Cuda.cmake has those of nvcc.
function(add_host_options)
  foreach(option IN LISTS ARGN)
    target_compile_options(storyteller_options INTERFACE
                           $<BUILD_INTERFACE:$<$<COMPILE_LANGUAGE:CXX>:${option}>>)
  endforeach()
endfunction()
add_host_options(-Wall -Wextra -fno-trapping-math -fno-math-errno)
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Only matters inside the functions that are compiled for AVX-512 (kernels/cpu/simd.h).
  add_host_options(-mprefer-vector-width=512)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 warns of overlapping copies inside its own std::string (GCC bug 105651).
  add_host_options(-Wno-restrict)
endif()
if(STORYTELLER_WERROR)
  add_host_options(-Werror)
endif()
if(STORYTELLER_SANITIZE)
  target_link_options(storyteller_options INTERFACE -fsanitize=${STORYTELLER_SANITIZE})
endif()
# sanitize(TARGET...): what they do is watched by the sanitizers of STORYTELLER_SANITIZE. The floors are,
# by add_floor; tests only where that is asked for. The floor with the loops is optimised a little;
# elsewhere compiling would take twice as long and run hardly a test faster. With sanitizers GCC 12
# takes members of <regex> for uninitialized (GCC bug 105562).
function(sanitize)
  if(STORYTELLER_SANITIZE)
    foreach(target IN LISTS ARGN)
      target_compile_options(${target} PRIVATE
        $<IF:$<STREQUAL:${target},storyteller_kernels>,-O1,-O0> -g1
        -fsanitize=${STORYTELLER_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all
        -Wno-maybe-uninitialized)
    endforeach()
  endif()
endfunction()
target_include_directories(storyteller_options INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)

# optimise(TARGET LEVEL): of a floor whose time is spent in the kernels below it, where -O3 takes a
# quarter longer to compile than -O2, and a third longer than -O1.
function(optimise target level)
  if(NOT STORYTELLER_SANITIZE)
    target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:${level}>)
  endif()
endfunction()

# add_floor(NAME [FOLDERS folder...] [EXCEPT folder...] PUBLIC lib... PRIVATE lib...): one static
# library of all sources below the current folder, or below folders of it, or below all but some.
function(add_floor name)
  cmake_parse_arguments(FLOOR "" "" "FOLDERS;EXCEPT;PUBLIC;PRIVATE" ${ARGN})
  if(FLOOR_FOLDERS)
    list(TRANSFORM FLOOR_FOLDERS APPEND /*.cc OUTPUT_VARIABLE patterns)
  else()
    set(patterns *.cc)
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${patterns})
  foreach(folder IN LISTS FLOOR_EXCEPT)
    list(FILTER sources EXCLUDE REGEX "^${CMAKE_CURRENT_SOURCE_DIR}/${folder}/")
  endforeach()
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")     # the binary's entry is not library code
  list(FILTER sources EXCLUDE REGEX "/kernels/cuda/")  # add_cuda_kernels() takes these
  add_library(storyteller_${name} STATIC ${sources})
  add_library(storyteller::${name} ALIAS storyteller_${name})
  set_target_properties(storyteller_${name} PROPERTIES EXPORT_NAME ${name})
  target_link_libraries(storyteller_${name} PUBLIC storyteller_options ${FLOOR_PUBLIC}
                                            PRIVATE ${FLOOR_PRIVATE})
  sanitize(storyteller_${name})
  if(NOT name STREQUAL kernels)  # at the folder's end: what else it adds to the floor belongs to it
    cmake_language(EVAL CODE "cmake_language(DEFER CALL unite storyteller_${name})")
  endif()
endfunction()
