# For which GPUs the kernels are compiled.

# What a program for others holds: machine code for every architecture since compute capability 8.0
# that differs in it and that the toolkit knows, and PTX of the newest of them, which the driver of a
# GPU of tomorrow compiles when the program first starts there.
set(cuda_shipped_capabilities 80 86 89 90 100 120)

# shipped_cuda_architectures(RESULT sm_NN...): of a toolkit that knows these.
function(shipped_cuda_architectures result)
  set(list "")
  foreach(capability IN LISTS cuda_shipped_capabilities)
    if("sm_${capability}" IN_LIST ARGN)
      list(APPEND list ${capability}-real)
      set(newest ${capability}-virtual)
    endif()
  endforeach()
  set(${result} ${list} ${newest} PARENT_SCOPE)
endfunction()

# cuda_codes_of_toolkit(RESULT NVCC): the sm_NN that a compiler knows.
function(cuda_codes_of_toolkit result nvcc)
  execute_process(COMMAND ${nvcc} --list-gpu-code OUTPUT_VARIABLE codes ERROR_QUIET
                  RESULT_VARIABLE failed)
  string(REGEX MATCHALL "sm_[0-9]+" codes "${codes}")
  if(failed OR NOT codes)
    set(codes sm_80 sm_86 sm_89 sm_90)  # of every toolkit 12
  endif()
  set(${result} ${codes} PARENT_SCOPE)
endfunction()

# visible_cuda_architectures(RESULT): machine code for the GPUs of this machine that can be used;
# empty where there is none.
function(visible_cuda_architectures result)
  execute_process(COMMAND nvidia-smi --query-gpu=compute_cap --format=csv,noheader
                  OUTPUT_VARIABLE said ERROR_QUIET RESULT_VARIABLE failed)
  set(list "")
  if(failed STREQUAL "0")
    string(REGEX MATCHALL "[0-9]+\\.[0-9]" capabilities "${said}")
    foreach(capability IN LISTS capabilities)
      if(capability VERSION_GREATER_EQUAL 8.0)
        string(REPLACE "." "" number ${capability})
        list(APPEND list ${number}-real)
      endif()
    endforeach()
    list(REMOVE_DUPLICATES list)
  endif()
  set(${result} ${list} PARENT_SCOPE)
endfunction()

# choose_cuda_architectures(RESULT ASKED NVCC): what CMAKE_CUDA_ARCHITECTURES says, in CMake's terms;
# `shipped`, and `native` by nvidia-smi, which CMake knows from 3.24 on alone.
function(choose_cuda_architectures result asked nvcc)
  visible_cuda_architectures(visible)
  if(asked STREQUAL "shipped" OR (NOT asked AND NOT visible))
    cuda_codes_of_toolkit(codes ${nvcc})
    shipped_cuda_architectures(list ${codes})
  elseif(NOT asked OR (asked STREQUAL "native" AND visible))
    set(list ${visible})
  else()
    set(list ${asked})
  endif()
  set(${result} ${list} PARENT_SCOPE)
endfunction()
