# Compiles what calls cuBLASLt and cuDNN where there is the toolkit's compiler and runtime alone.
#   cmake -DTOOLKIT=INCLUDE_FOLDER -DCOMPILER=g++ -DSOURCES=ROOT -DFOLDER=WORK -P this
file(REMOVE_RECURSE ${FOLDER})
file(MAKE_DIRECTORY ${FOLDER})
file(GLOB headers ${TOOLKIT}/*)
foreach(header IN LISTS headers)
  get_filename_component(name ${header} NAME)
  if(NOT name MATCHES "^(cublas|cudnn)")
    file(CREATE_LINK ${header} ${FOLDER}/${name} SYMBOLIC)
  endif()
endforeach()
# In place of headers that the compiler would find in folders of its own.
foreach(name cublasLt.h cublas_v2.h cudnn.h)
  file(WRITE ${FOLDER}/${name} "#error ${name} is not needed here\n")
endforeach()

foreach(source libraries library_search matmul_cublaslt convolution_cudnn)
  execute_process(
    COMMAND ${COMPILER} -std=c++20 -fsyntax-only -DSTORYTELLER_CUDA=1 -I${SOURCES} -isystem ${FOLDER}
            ${SOURCES}/kernels/cuda/${source}.cc
    RESULT_VARIABLE result ERROR_VARIABLE said)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "kernels/cuda/${source}.cc:\n${said}")
  endif()
endforeach()
