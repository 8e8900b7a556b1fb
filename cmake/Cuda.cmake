# The CUDA backend: whether it is built, for which GPUs, and who links it.
#
#   STORYTELLER_CUDA           ON where the toolkit (nvcc) is found; the preset `cpu` turns it off,
#                              the preset `cuda` demands it
#   CMAKE_CUDA_ARCHITECTURES   as CMake defines it, or `shipped`: machine code for compute capability
#                              8.0, 8.6, 8.9, 9.0, 10.0 and 12.0, as far as the toolkit knows them, and
#                              PTX of the newest. The default is machine code for the GPUs of this
#                              machine, and `shipped` where there is none. `90-real` alone takes a
#                              quarter of the time.
#   CUDAToolkit_ROOT, CUDACXX  a toolkit that is neither on PATH nor in /usr/local/cuda

include(CudaArchitectures)

find_program(STORYTELLER_NVCC nvcc
             HINTS ${CUDAToolkit_ROOT} ENV CUDAToolkit_ROOT ENV CUDA_PATH /usr/local/cuda
             PATH_SUFFIXES bin DOC "The CUDA compiler")
if(DEFINED ENV{CUDACXX})
  set(STORYTELLER_NVCC $ENV{CUDACXX})
endif()
mark_as_advanced(STORYTELLER_NVCC)

set(cuda_by_default OFF)
if(STORYTELLER_NVCC)
  set(cuda_by_default ON)
endif()
option(STORYTELLER_CUDA "Build the CUDA backend" ${cuda_by_default})

# A 0/1 definition that `if constexpr` reads; no source is left out of view.
target_compile_definitions(storyteller_options INTERFACE STORYTELLER_CUDA=$<BOOL:${STORYTELLER_CUDA}>)

if(STORYTELLER_CUDA)
  if(NOT STORYTELLER_NVCC)
    message(FATAL_ERROR "STORYTELLER_CUDA is ON, but nvcc was not found\n"
      "Install the CUDA toolkit (12 or later), name it with -DCUDAToolkit_ROOT=DIR, or configure "
      "with -DSTORYTELLER_CUDA=OFF")
  endif()
  if(NOT CMAKE_CUDA_COMPILER)
    set(CMAKE_CUDA_COMPILER ${STORYTELLER_NVCC})
  endif()
  choose_cuda_architectures(CMAKE_CUDA_ARCHITECTURES "${CMAKE_CUDA_ARCHITECTURES}"
                            ${CMAKE_CUDA_COMPILER})
  message(STATUS "CUDA kernels are compiled for ${CMAKE_CUDA_ARCHITECTURES}")
  if(CCACHE_PROGRAM AND NOT CMAKE_CUDA_COMPILER_LAUNCHER)
    set(CMAKE_CUDA_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
  endif()
  set(CMAKE_CUDA_RUNTIME_LIBRARY Static)
  enable_language(CUDA)
  find_package(CUDAToolkit REQUIRED)
endif()

# add_cuda_kernels(): the second half of the floor `kernels`. It is a library of its own, which
# storyteller_core calls and does not link: an executable says whose kernels it takes, those for a
# GPU (link_cuda_kernels) or those of the emulator (tests/emulation).
function(add_cuda_kernels)
  file(GLOB kernels CONFIGURE_DEPENDS *_cuda.cu)
  file(GLOB_RECURSE host CONFIGURE_DEPENDS cuda/*.cc)
  add_library(storyteller_kernels_cuda STATIC ${kernels} ${host})
  add_library(storyteller::kernels_cuda ALIAS storyteller_kernels_cuda)
  set_target_properties(storyteller_kernels_cuda PROPERTIES EXPORT_NAME kernels_cuda)
  target_compile_options(storyteller_kernels_cuda PRIVATE
    # CMake before 3.26 does not know that nvcc speaks C++20.
    $<$<COMPILE_LANGUAGE:CUDA>:-std=c++20 --expt-relaxed-constexpr -Xcompiler=-Wall>
    $<$<AND:$<COMPILE_LANGUAGE:CUDA>,$<BOOL:${STORYTELLER_WERROR}>>:-Werror=all-warnings>)
  list(JOIN CMAKE_CUDA_ARCHITECTURES " " architectures)
  set_source_files_properties(cuda/devices.cc PROPERTIES
    COMPILE_DEFINITIONS "STORYTELLER_CUDA_ARCHITECTURES=\"${architectures}\"")
  # The libraries of NVIDIA beyond the runtime are looked for when the program runs (dlopen).
  target_link_libraries(storyteller_kernels_cuda PUBLIC storyteller_kernels
                        PRIVATE CUDA::cudart_static ${CMAKE_DL_LIBS})
endfunction()

# link_cuda_kernels(TARGET...): the executables run CUDA kernels on a GPU. Without the CUDA backend
# there is nothing to link.
function(link_cuda_kernels)
  if(STORYTELLER_CUDA)
    set_target_properties(${ARGN} PROPERTIES STORYTELLER_CUDA_KERNELS storyteller_kernels_cuda)
  endif()
endfunction()
