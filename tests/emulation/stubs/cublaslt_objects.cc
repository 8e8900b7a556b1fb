// Handles and descriptors of the stub of cuBLASLt: what is created is destroyed, attributes are
// known, have their size, and say what a deterministic product may say.
#include <cstring>

#include "tests/emulation/stubs/cublaslt.h"

namespace stubs {
namespace {

constexpr uint64_t kMostWorkspace = 32 << 20;

void check_balance() {
  preferences().demand_none();
  if (lt_handles().count() > 0) return;  // of a context that lives as long as the program
  operations().demand_none();
  layouts().demand_none();
}

template <class V>
V value(const void* from, size_t bytes) {
  demand(from != nullptr, "the attribute's value is null");
  demand(bytes == sizeof(V), "the attribute has another size");
  V value;
  std::memcpy(&value, from, sizeof(V));
  return value;
}

uint32_t alignment(const void* from, size_t bytes) {
  const auto given = value<uint32_t>(from, bytes);
  demand(given > 0 && (given & (given - 1)) == 0, "an alignment that is no power of two");
  return given;
}

bool transposes(const void* from, size_t bytes) {
  const auto op = value<int32_t>(from, bytes);
  demand(op == storyteller::CUBLAS_OP_N || op == storyteller::CUBLAS_OP_T,
         "neither CUBLAS_OP_N nor CUBLAS_OP_T");
  return op == storyteller::CUBLAS_OP_T;
}

void set(Operation* operation, storyteller::cublasLtMatmulDescAttributes_t attribute,
         const void* from, size_t bytes) {
  switch (attribute) {
    case storyteller::CUBLASLT_MATMUL_DESC_TRANSA:
      operation->transpose_a = transposes(from, bytes);
      return;
    case storyteller::CUBLASLT_MATMUL_DESC_TRANSB:
      operation->transpose_b = transposes(from, bytes);
      return;
    case storyteller::CUBLASLT_MATMUL_DESC_EPILOGUE:
      operation->epilogue = value<uint32_t>(from, bytes);
      demand(operation->epilogue == storyteller::CUBLASLT_EPILOGUE_DEFAULT ||
                 operation->epilogue == storyteller::CUBLASLT_EPILOGUE_BIAS,
             "an epilogue that the stub does not know");
      return;
    case storyteller::CUBLASLT_MATMUL_DESC_BIAS_POINTER:
      operation->bias = value<const void*>(from, bytes);
      return;
  }
  throw Violation("an attribute that the stub does not know");
}

void set(Preference* preference, storyteller::cublasLtMatmulPreferenceAttributes_t attribute,
         const void* from, size_t bytes) {
  switch (attribute) {
    case storyteller::CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES:
      preference->workspace = value<uint64_t>(from, bytes);
      demand(*preference->workspace <= kMostWorkspace, "more than 32 MiB of workspace");
      return;
    case storyteller::CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK:
      preference->reductions = value<uint32_t>(from, bytes);
      demand(preference->reductions == storyteller::CUBLASLT_REDUCTION_SCHEME_NONE ||
                 preference->reductions == storyteller::CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE,
             "a reduction whose order, or whose rounding, is not fixed");
      return;
    case storyteller::CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES:
      preference->alignment_a = alignment(from, bytes);
      return;
    case storyteller::CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES:
      preference->alignment_b = alignment(from, bytes);
      return;
    case storyteller::CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES:
      preference->alignment_c = alignment(from, bytes);
      return;
    case storyteller::CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES:
      preference->alignment_d = alignment(from, bytes);
      return;
  }
  throw Violation("a preference that the stub does not know");
}

}  // namespace

LtHandles& lt_handles() {
  static auto* all = new LtHandles("cuBLASLt handle");
  return *all;
}
Operations& operations() {
  static auto* all = new Operations("descriptor of a product");
  return *all;
}
Layouts& layouts() {
  static auto* all = new Layouts("layout of a matrix");
  return *all;
}
Preferences& preferences() {
  static auto* all = new Preferences("preference");
  return *all;
}

}  // namespace stubs

namespace storyteller {

using stubs::demand;
using stubs::entry;
using stubs::layouts;
using stubs::lt_handles;
using stubs::operations;
using stubs::preferences;

extern "C" {

size_t cublasLtGetVersion() { return STUB_CUBLASLT_MAJOR * 10000 + 100; }

const char* cublasLtGetStatusName(cublasStatus_t status) {
  switch (status) {
    case CUBLAS_STATUS_SUCCESS:
      return "CUBLAS_STATUS_SUCCESS";
    case CUBLAS_STATUS_NOT_INITIALIZED:
      return "CUBLAS_STATUS_NOT_INITIALIZED";
    case CUBLAS_STATUS_INVALID_VALUE:
      return "CUBLAS_STATUS_INVALID_VALUE";
    case CUBLAS_STATUS_NOT_SUPPORTED:
      return "CUBLAS_STATUS_NOT_SUPPORTED";
    case CUBLAS_STATUS_EXECUTION_FAILED:
      return "CUBLAS_STATUS_EXECUTION_FAILED";
    default:
      return "another CUBLAS_STATUS";
  }
}

cublasStatus_t cublasLtCreate(cublasLtHandle_t* handle) {
  return entry("cublasLtCreate", CUBLAS_STATUS_INVALID_VALUE, [&] {
    stubs::check_at_exit(stubs::check_balance);
    lt_handles().create(handle, {});
    return CUBLAS_STATUS_SUCCESS;
  });
}

cublasStatus_t cublasLtDestroy(cublasLtHandle_t handle) {
  return entry("cublasLtDestroy", CUBLAS_STATUS_INVALID_VALUE, [&] {
    lt_handles().destroy(handle);
    return CUBLAS_STATUS_SUCCESS;
  });
}

cublasStatus_t cublasLtMatmulDescCreate(cublasLtMatmulDesc_t* operation,
                                        cublasComputeType_t compute, cudaDataType_t scale_type) {
  return entry("cublasLtMatmulDescCreate", CUBLAS_STATUS_INVALID_VALUE, [&] {
    demand(compute == CUBLAS_COMPUTE_32F || compute == CUBLAS_COMPUTE_32F_FAST_TF32,
           "sums of another type than float");
    demand(scale_type == CUDA_R_32F, "alpha and beta of another type than float");
    operations().create(operation, {.tf32 = compute == CUBLAS_COMPUTE_32F_FAST_TF32});
    return CUBLAS_STATUS_SUCCESS;
  });
}

cublasStatus_t cublasLtMatmulDescDestroy(cublasLtMatmulDesc_t operation) {
  return entry("cublasLtMatmulDescDestroy", CUBLAS_STATUS_INVALID_VALUE, [&] {
    operations().destroy(operation);
    return CUBLAS_STATUS_SUCCESS;
  });
}

cublasStatus_t cublasLtMatmulDescSetAttribute(cublasLtMatmulDesc_t operation,
                                              cublasLtMatmulDescAttributes_t attribute,
                                              const void* value, size_t bytes) {
  return entry("cublasLtMatmulDescSetAttribute", CUBLAS_STATUS_INVALID_VALUE, [&] {
    stubs::set(&operations().at(operation), attribute, value, bytes);
    return CUBLAS_STATUS_SUCCESS;
  });
}

cublasStatus_t cublasLtMatrixLayoutCreate(cublasLtMatrixLayout_t* layout, cudaDataType_t type,
                                          uint64_t rows, uint64_t columns,
                                          int64_t leading_dimension) {
  return entry("cublasLtMatrixLayoutCreate", CUBLAS_STATUS_INVALID_VALUE, [&] {
    demand(type == CUDA_R_32F || type == CUDA_R_16BF, "a matrix of neither float nor bfloat16");
    constexpr uint64_t kMost = INT32_MAX;
    demand(rows >= 1 && columns >= 1, "a matrix without rows or columns");
    demand(rows <= kMost && columns <= kMost, "more than 2^31 - 1 rows or columns");
    demand(leading_dimension >= static_cast<int64_t>(rows),
           "columns that are shorter than the matrix has rows");
    layouts().create(
        layout, {type == CUDA_R_32F ? stubs::Element::kFloat : stubs::Element::kBFloat16,
                 static_cast<int64_t>(rows), static_cast<int64_t>(columns), leading_dimension});
    return CUBLAS_STATUS_SUCCESS;
  });
}

cublasStatus_t cublasLtMatrixLayoutDestroy(cublasLtMatrixLayout_t layout) {
  return entry("cublasLtMatrixLayoutDestroy", CUBLAS_STATUS_INVALID_VALUE, [&] {
    layouts().destroy(layout);
    return CUBLAS_STATUS_SUCCESS;
  });
}

cublasStatus_t cublasLtMatmulPreferenceCreate(cublasLtMatmulPreference_t* preference) {
  return entry("cublasLtMatmulPreferenceCreate", CUBLAS_STATUS_INVALID_VALUE, [&] {
    preferences().create(preference, {});
    return CUBLAS_STATUS_SUCCESS;
  });
}

cublasStatus_t cublasLtMatmulPreferenceDestroy(cublasLtMatmulPreference_t preference) {
  return entry("cublasLtMatmulPreferenceDestroy", CUBLAS_STATUS_INVALID_VALUE, [&] {
    preferences().destroy(preference);
    return CUBLAS_STATUS_SUCCESS;
  });
}

cublasStatus_t cublasLtMatmulPreferenceSetAttribute(cublasLtMatmulPreference_t preference,
                                                    cublasLtMatmulPreferenceAttributes_t attribute,
                                                    const void* value, size_t bytes) {
  return entry("cublasLtMatmulPreferenceSetAttribute", CUBLAS_STATUS_INVALID_VALUE, [&] {
    stubs::set(&preferences().at(preference), attribute, value, bytes);
    return CUBLAS_STATUS_SUCCESS;
  });
}

}  // extern "C"
}  // namespace storyteller
