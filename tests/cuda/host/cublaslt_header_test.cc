// kernels/cuda/cublaslt_api.h against NVIDIA's own header, where the toolkit has it: whoever builds
// needs it no more, and whoever has it checks the numbers for all.
#include <gtest/gtest.h>

#include "kernels/cuda/cublaslt_api.h"

#if __has_include(<cublasLt.h>)
#include <cublasLt.h>

#include "tests/cuda/host/erased_type.h"

namespace storyteller::cublaslt_header_test {
namespace {

#define SAME_NUMBER(name) static_assert(static_cast<int>(name) == static_cast<int>(::name))
SAME_NUMBER(CUBLAS_STATUS_SUCCESS);
SAME_NUMBER(CUBLAS_STATUS_NOT_INITIALIZED);
SAME_NUMBER(CUBLAS_STATUS_ALLOC_FAILED);
SAME_NUMBER(CUBLAS_STATUS_INVALID_VALUE);
SAME_NUMBER(CUBLAS_STATUS_ARCH_MISMATCH);
SAME_NUMBER(CUBLAS_STATUS_EXECUTION_FAILED);
SAME_NUMBER(CUBLAS_STATUS_INTERNAL_ERROR);
SAME_NUMBER(CUBLAS_STATUS_NOT_SUPPORTED);
SAME_NUMBER(CUBLAS_COMPUTE_32F);
SAME_NUMBER(CUBLAS_COMPUTE_32F_FAST_TF32);
SAME_NUMBER(CUBLASLT_MATMUL_DESC_TRANSA);
SAME_NUMBER(CUBLASLT_MATMUL_DESC_TRANSB);
SAME_NUMBER(CUBLASLT_MATMUL_DESC_EPILOGUE);
SAME_NUMBER(CUBLASLT_MATMUL_DESC_BIAS_POINTER);
SAME_NUMBER(CUBLASLT_REDUCTION_SCHEME_NONE);
SAME_NUMBER(CUBLASLT_REDUCTION_SCHEME_INPLACE);
SAME_NUMBER(CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE);
SAME_NUMBER(CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES);
SAME_NUMBER(CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK);
SAME_NUMBER(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES);
SAME_NUMBER(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES);
SAME_NUMBER(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES);
SAME_NUMBER(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES);
SAME_NUMBER(CUBLAS_OP_N);
SAME_NUMBER(CUBLAS_OP_T);
SAME_NUMBER(CUBLASLT_EPILOGUE_DEFAULT);
SAME_NUMBER(CUBLASLT_EPILOGUE_BIAS);
#undef SAME_NUMBER

#define SAME_FUNCTION(symbol, member) \
  static_assert(same_interface<decltype(CublasLtFunctions::member), decltype(&::symbol)>)
SAME_FUNCTION(cublasLtGetVersion, version);
SAME_FUNCTION(cublasLtCreate, create);
SAME_FUNCTION(cublasLtDestroy, destroy);
SAME_FUNCTION(cublasLtGetStatusName, status_name);
SAME_FUNCTION(cublasLtMatmulDescCreate, operation_create);
SAME_FUNCTION(cublasLtMatmulDescDestroy, operation_destroy);
SAME_FUNCTION(cublasLtMatmulDescSetAttribute, operation_set);
SAME_FUNCTION(cublasLtMatrixLayoutCreate, layout_create);
SAME_FUNCTION(cublasLtMatrixLayoutDestroy, layout_destroy);
SAME_FUNCTION(cublasLtMatmulPreferenceCreate, preference_create);
SAME_FUNCTION(cublasLtMatmulPreferenceDestroy, preference_destroy);
SAME_FUNCTION(cublasLtMatmulPreferenceSetAttribute, preference_set);
SAME_FUNCTION(cublasLtMatmulAlgoGetHeuristic, get_heuristic);
SAME_FUNCTION(cublasLtMatmul, matmul);
#undef SAME_FUNCTION

using Ours = cublasLtMatmulHeuristicResult_t;
using Theirs = ::cublasLtMatmulHeuristicResult_t;
static_assert(sizeof(cublasLtMatmulAlgo_t) == sizeof(::cublasLtMatmulAlgo_t));
static_assert(alignof(cublasLtMatmulAlgo_t) == alignof(::cublasLtMatmulAlgo_t));
static_assert(sizeof(Ours) == sizeof(Theirs) && alignof(Ours) == alignof(Theirs));
static_assert(offsetof(Ours, algo) == offsetof(Theirs, algo));
static_assert(offsetof(Ours, workspaceSize) == offsetof(Theirs, workspaceSize));
static_assert(offsetof(Ours, state) == offsetof(Theirs, state));

TEST(LibraryHeaders, CublasLtIsDeclaredAsNvidiaDoes) {
  SUCCEED() << "compiled against the header of cuBLASLt " << CUBLAS_VERSION;
}

}  // namespace
}  // namespace storyteller::cublaslt_header_test
#else
TEST(LibraryHeaders, CublasLtIsDeclaredAsNvidiaDoes) {
  GTEST_SKIP() << "cublasLt.h is not on this machine";
}
#endif
