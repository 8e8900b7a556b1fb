// A cuBLASLt that begins, or does not, and computes nothing: VERSION, CREATE_STATUS, and how often
// it begins nevertheless, FINE_TIMES.
#include <cstddef>

#ifndef FINE_TIMES
#define FINE_TIMES 0
#endif

extern "C" {
// NOLINTBEGIN(readability-identifier-naming): the names are those of NVIDIA's documentation.
size_t cublasLtGetVersion() { return VERSION; }
int cublasLtCreate(void** handle) {
  static int context, times;
  *handle = &context;
  return times++ < FINE_TIMES ? 0 : CREATE_STATUS;
}
int cublasLtDestroy(void*) { return 0; }
const char* cublasLtGetStatusName(int status) {
  return status == 1 ? "CUBLAS_STATUS_NOT_INITIALIZED" : "CUBLAS_STATUS_SUCCESS";
}
int cublasLtMatmulDescCreate() { return 15; }
int cublasLtMatmulDescDestroy() { return 15; }
int cublasLtMatmulDescSetAttribute() { return 15; }
int cublasLtMatrixLayoutCreate() { return 15; }
int cublasLtMatrixLayoutDestroy() { return 15; }
int cublasLtMatmulPreferenceCreate() { return 15; }
int cublasLtMatmulPreferenceDestroy() { return 15; }
int cublasLtMatmulPreferenceSetAttribute() { return 15; }
int cublasLtMatmulAlgoGetHeuristic() { return 15; }
int MATMUL() { return 15; }
// NOLINTEND(readability-identifier-naming)
}
