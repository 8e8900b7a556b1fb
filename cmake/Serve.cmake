# `storyteller serve` listens with Boost.Beast, of which headers are enough. What it does with a
# request needs no Boost, and is built and tested anyway.
include(EmbedFile)
set(STORYTELLER_SERVE AUTO CACHE STRING
    "Build 'storyteller serve': AUTO (where Boost 1.74 or later is found), ON or OFF")
set_property(CACHE STORYTELLER_SERVE PROPERTY STRINGS AUTO ON OFF)
set(serve_built 0)
if(STORYTELLER_SERVE)
  find_package(Boost 1.74 QUIET)
  if(Boost_FOUND)
    set(serve_built 1)
  elseif(STORYTELLER_SERVE STREQUAL "AUTO")
    message(STATUS "storyteller serve is left out: install libboost-dev (tools/setup) and configure again")
  else()
    message(FATAL_ERROR "STORYTELLER_SERVE: Boost 1.74 is missing\n"
                        "Install it with: tools/setup   (or: apt-get install libboost-dev)")
  endif()
endif()
# What the floor leaves out where there is no Boost.
set(serve_left_out "")
if(NOT serve_built)
  set(serve_left_out apps/serve/http)
endif()

# add_serve(TARGET): the page, and what the sources of the target that ask must know.
function(add_serve target)
  embed_file(${target} storyteller_serve_page ${PROJECT_SOURCE_DIR}/tools/apps/serve/page.html)
  set_property(SOURCE commands/serve_command.cc commands/doctor_command.cc TARGET_DIRECTORY ${target}
               APPEND PROPERTY COMPILE_DEFINITIONS STORYTELLER_SERVE=${serve_built})
  if(serve_built)
    # For these sources alone: definitions of Boost's own would make objects of all others anew.
    # Boost 1.74 does not compile as C++20 with its coroutines and GCC 12.
    file(GLOB sources CONFIGURE_DEPENDS apps/serve/http/*.cc)
    set_property(SOURCE ${sources} TARGET_DIRECTORY ${target}
                 APPEND PROPERTY COMPILE_DEFINITIONS BOOST_ASIO_DISABLE_CO_AWAIT)
    set(folders ${Boost_INCLUDE_DIRS})
    list(REMOVE_ITEM folders ${CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES})
    set_property(SOURCE ${sources} TARGET_DIRECTORY ${target}
                 APPEND PROPERTY INCLUDE_DIRECTORIES ${folders})
  endif()
endfunction()
