#pragma once

#include <cstddef>
#include <cstdint>

#include <cuda_runtime_api.h>
#include <library_types.h>

// What the project calls of cuBLASLt, as its documentation specifies the binary interface of
// versions 12 and 13. The library is looked for when the program runs; declaring the little that is
// used here, under NVIDIA's names, spares builders the library's headers, and a program built
// against one version runs with the other. Every number is that of NVIDIA's documentation;
// tests/cuda/host/cublaslt_header_test.cc compares them with the real header where there is one.
namespace storyteller {

// NOLINTBEGIN(readability-identifier-naming): the names are those of NVIDIA's documentation.

/// Opaque: made and ended by the library alone.
struct cublasLtContext;
struct cublasLtMatmulDescOpaque_t;
struct cublasLtMatrixLayoutOpaque_t;
struct cublasLtMatmulPreferenceOpaque_t;
using cublasLtHandle_t = cublasLtContext*;
using cublasLtMatmulDesc_t = cublasLtMatmulDescOpaque_t*;
using cublasLtMatrixLayout_t = cublasLtMatrixLayoutOpaque_t*;
using cublasLtMatmulPreference_t = cublasLtMatmulPreferenceOpaque_t*;

// A fixed underlying type makes every answer a value of the enumeration, those of later versions
// included.
enum cublasStatus_t : int {
  CUBLAS_STATUS_SUCCESS = 0,
  CUBLAS_STATUS_NOT_INITIALIZED = 1,
  CUBLAS_STATUS_ALLOC_FAILED = 3,
  CUBLAS_STATUS_INVALID_VALUE = 7,
  CUBLAS_STATUS_ARCH_MISMATCH = 8,
  CUBLAS_STATUS_EXECUTION_FAILED = 13,
  CUBLAS_STATUS_INTERNAL_ERROR = 14,
  CUBLAS_STATUS_NOT_SUPPORTED = 15,
};

enum cublasOperation_t : int { CUBLAS_OP_N = 0, CUBLAS_OP_T = 1 };

enum cublasComputeType_t : int {
  CUBLAS_COMPUTE_32F = 68,
  CUBLAS_COMPUTE_32F_FAST_TF32 = 77,
};

enum cublasLtMatmulDescAttributes_t : int {
  CUBLASLT_MATMUL_DESC_TRANSA = 3,        ///< int32_t, a cublasOperation_t
  CUBLASLT_MATMUL_DESC_TRANSB = 4,        ///< int32_t, a cublasOperation_t
  CUBLASLT_MATMUL_DESC_EPILOGUE = 7,      ///< uint32_t, a cublasLtEpilogue_t
  CUBLASLT_MATMUL_DESC_BIAS_POINTER = 8,  ///< void*, on the device, a number a row of the result
};

enum cublasLtEpilogue_t : int { CUBLASLT_EPILOGUE_DEFAULT = 1, CUBLASLT_EPILOGUE_BIAS = 4 };

/// How the parts of a split K are added; a mask.
enum cublasLtReductionScheme_t : int {
  CUBLASLT_REDUCTION_SCHEME_NONE = 0,
  CUBLASLT_REDUCTION_SCHEME_INPLACE = 1,       ///< by atomic additions
  CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE = 2,  ///< in a step of its own, in the compute type
};

enum cublasLtMatmulPreferenceAttributes_t : int {
  CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES = 1,    ///< uint64_t
  CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK = 3,  ///< uint32_t, of cublasLtReductionScheme_t
  CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES = 5,  ///< uint32_t, and so the next three
  CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES = 6,
  CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES = 7,
  CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES = 8,
};

/// An algorithm, which the library writes and reads.
struct cublasLtMatmulAlgo_t {
  uint64_t data[8];
};

struct cublasLtMatmulHeuristicResult_t {
  cublasLtMatmulAlgo_t algo;
  size_t workspaceSize;
  cublasStatus_t state;  ///< the others mean something only when this is success
  float wavesCount;
  int reserved[4];
};

// NOLINTEND(readability-identifier-naming)

/// The library's functions. Matrices lie by columns; pointers named alpha and beta are the host's.
struct CublasLtFunctions {
  size_t (*version)();  ///< 10000 major + 100 minor + patch
  cublasStatus_t (*create)(cublasLtHandle_t* handle);
  cublasStatus_t (*destroy)(cublasLtHandle_t handle);
  const char* (*status_name)(cublasStatus_t status);

  cublasStatus_t (*operation_create)(cublasLtMatmulDesc_t* operation, cublasComputeType_t compute,
                                     cudaDataType_t scale_type);
  cublasStatus_t (*operation_destroy)(cublasLtMatmulDesc_t operation);
  cublasStatus_t (*operation_set)(cublasLtMatmulDesc_t operation,
                                  cublasLtMatmulDescAttributes_t attribute, const void* value,
                                  size_t bytes);

  cublasStatus_t (*layout_create)(cublasLtMatrixLayout_t* layout, cudaDataType_t type,
                                  uint64_t rows, uint64_t columns, int64_t leading_dimension);
  cublasStatus_t (*layout_destroy)(cublasLtMatrixLayout_t layout);

  cublasStatus_t (*preference_create)(cublasLtMatmulPreference_t* preference);
  cublasStatus_t (*preference_destroy)(cublasLtMatmulPreference_t preference);
  cublasStatus_t (*preference_set)(cublasLtMatmulPreference_t preference,
                                   cublasLtMatmulPreferenceAttributes_t attribute,
                                   const void* value, size_t bytes);

  cublasStatus_t (*get_heuristic)(cublasLtHandle_t handle, cublasLtMatmulDesc_t operation,
                                  cublasLtMatrixLayout_t a, cublasLtMatrixLayout_t b,
                                  cublasLtMatrixLayout_t c, cublasLtMatrixLayout_t d,
                                  cublasLtMatmulPreference_t preference, int most,
                                  cublasLtMatmulHeuristicResult_t* results, int* found);
  /// d = alpha op(a) op(b) + beta c, and the epilogue.
  cublasStatus_t (*matmul)(cublasLtHandle_t handle, cublasLtMatmulDesc_t operation,
                           const void* alpha, const void* a, cublasLtMatrixLayout_t a_layout,
                           const void* b, cublasLtMatrixLayout_t b_layout, const void* beta,
                           const void* c, cublasLtMatrixLayout_t c_layout, void* d,
                           cublasLtMatrixLayout_t d_layout, const cublasLtMatmulAlgo_t* algorithm,
                           void* workspace, size_t workspace_bytes, cudaStream_t stream);
};

/// Calls visit(symbol, function pointer) for each.
template <class Functions, class Visit>
void for_each_cublaslt_function(Functions& f, const Visit& visit) {
  visit("cublasLtGetVersion", f.version);
  visit("cublasLtCreate", f.create);
  visit("cublasLtDestroy", f.destroy);
  visit("cublasLtGetStatusName", f.status_name);
  visit("cublasLtMatmulDescCreate", f.operation_create);
  visit("cublasLtMatmulDescDestroy", f.operation_destroy);
  visit("cublasLtMatmulDescSetAttribute", f.operation_set);
  visit("cublasLtMatrixLayoutCreate", f.layout_create);
  visit("cublasLtMatrixLayoutDestroy", f.layout_destroy);
  visit("cublasLtMatmulPreferenceCreate", f.preference_create);
  visit("cublasLtMatmulPreferenceDestroy", f.preference_destroy);
  visit("cublasLtMatmulPreferenceSetAttribute", f.preference_set);
  visit("cublasLtMatmulAlgoGetHeuristic", f.get_heuristic);
  visit("cublasLtMatmul", f.matmul);
}

}  // namespace storyteller
