// cuBLASLt reads matrices by columns. A row-major matrix read by columns is its transpose, so the
// row-major c = op(a) op(b) is asked for as cᵀ = op(b)ᵀ op(a)ᵀ: the operands change places and
// every flag stays as it is.
//
// Deterministic: the algorithm is the first that the library's heuristics name for the sizes and
// alignments at hand, kept for the life of the context, among those that sum each element of c in
// one sequence (CUBLASLT_REDUCTION_SCHEME_NONE: no split of K); where there is none, among those
// that split K and add the parts up in a step of their own.
#include "kernels/cuda/matmul.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <type_traits>

#include "kernels/cuda/error.h"
#include "kernels/cuda/libraries.h"

namespace storyteller {
namespace {

/// Hopper's kernels want 32 MiB; cuBLAS takes as much there by itself.
constexpr uint64_t kMostWorkspace = 32 << 20;

template <class Handle, cublasStatus_t (*CublasLtFunctions::*kDestroy)(Handle)>
struct Destroy {
  void operator()(std::remove_pointer_t<Handle>* handle) const {
    (CudaContext::Libraries::cublaslt().*kDestroy)(handle);
  }
};
using Operation = std::unique_ptr<cublasLtMatmulDescOpaque_t,
                                  Destroy<cublasLtMatmulDesc_t, &CublasLt::operation_destroy>>;
using Layout = std::unique_ptr<cublasLtMatrixLayoutOpaque_t,
                               Destroy<cublasLtMatrixLayout_t, &CublasLt::layout_destroy>>;
using Preference =
    std::unique_ptr<cublasLtMatmulPreferenceOpaque_t,
                    Destroy<cublasLtMatmulPreference_t, &CublasLt::preference_destroy>>;

/// What a product needs besides its pointers.
struct Plan {
  Operation operation;
  Layout first, second, result;  // b, a and c
  cublasLtMatmulAlgo_t algorithm;
  size_t workspace_bytes;
};

using Key = std::array<int64_t, 15>;

}  // namespace

struct MatmulPlans {
  std::map<Key, Plan> plans;
};

namespace {

/// The greatest power of two up to 16 that divides the address.
uint32_t alignment_of(const void* p) {
  const auto address = reinterpret_cast<uintptr_t>(p) | 16;
  return static_cast<uint32_t>(address & (~address + 1));
}

template <class V>
void set(const Plan& plan, cublasLtMatmulDescAttributes_t attribute, const V& value,
         const char* what) {
  const CublasLt& lt = CudaContext::Libraries::cublaslt();
  lt.check(lt.operation_set(plan.operation.get(), attribute, &value, sizeof(value)), what);
}

void set_bias(const Plan& plan, const void* bias) {
  set(plan, CUBLASLT_MATMUL_DESC_BIAS_POINTER, bias, "CUBLASLT_MATMUL_DESC_BIAS_POINTER");
}

Layout layout(cudaDataType_t type, int64_t rows, int64_t columns, int64_t stride) {
  const CublasLt& lt = CudaContext::Libraries::cublaslt();
  cublasLtMatrixLayout_t made = nullptr;
  lt.check(lt.layout_create(&made, type, static_cast<uint64_t>(rows),
                            static_cast<uint64_t>(columns), stride),
           "cublasLtMatrixLayoutCreate");
  return Layout(made);
}

template <class V>
void prefer(const Preference& preference, cublasLtMatmulPreferenceAttributes_t attribute,
            const V& value) {
  const CublasLt& lt = CudaContext::Libraries::cublaslt();
  lt.check(lt.preference_set(preference.get(), attribute, &value, sizeof(value)),
           "cublasLtMatmulPreferenceSetAttribute");
}

template <class T>
Preference preference_for(const Matmul<T>& p, uint32_t reduction_schemes) {
  const CublasLt& lt = CudaContext::Libraries::cublaslt();
  cublasLtMatmulPreference_t made = nullptr;
  lt.check(lt.preference_create(&made), "cublasLtMatmulPreferenceCreate");
  Preference preference(made);
  prefer(preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, kMostWorkspace);
  prefer(preference, CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK, reduction_schemes);
  prefer(preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, alignment_of(p.b));
  prefer(preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, alignment_of(p.a));
  prefer(preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, alignment_of(p.c));
  prefer(preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES, alignment_of(p.c));
  return preference;
}

template <class T>
std::string describe(const Matmul<T>& p) {
  return std::string("matmul of ") + (std::is_same_v<T, float> ? "float" : "bfloat16") + " M " +
         std::to_string(p.M) + ", N " + std::to_string(p.N) + ", K " + std::to_string(p.K) +
         (p.transpose_a ? ", a transposed" : "") + (p.transpose_b ? ", b transposed" : "") +
         (p.bias != nullptr ? ", bias" : "");
}

template <class T>
void choose_algorithm(cublasLtHandle_t handle, const Matmul<T>& p, Plan* plan) {
  const CublasLt& lt = CudaContext::Libraries::cublaslt();
  cublasStatus_t status = CUBLAS_STATUS_SUCCESS;
  for (const uint32_t schemes : {uint32_t{CUBLASLT_REDUCTION_SCHEME_NONE},
                                 uint32_t{CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE}}) {
    const Preference preference = preference_for(p, schemes);
    cublasLtMatmulHeuristicResult_t result = {};
    int found = 0;
    status = lt.get_heuristic(handle, plan->operation.get(), plan->first.get(), plan->second.get(),
                              plan->result.get(), plan->result.get(), preference.get(), 1, &result,
                              &found);
    if (status == CUBLAS_STATUS_SUCCESS && found == 1 && result.state == CUBLAS_STATUS_SUCCESS) {
      plan->algorithm = result.algo;
      plan->workspace_bytes = result.workspaceSize;
      return;
    }
  }
  throw CudaError(describe(p) + ": cuBLASLt: cublasLtMatmulAlgoGetHeuristic found no algorithm (" +
                  lt.status_name(status) + ")");
}

template <class T>
Plan make_plan(CudaContext::Libraries& libraries, bool tf32, const Matmul<T>& p) {
  const CublasLt& lt = CudaContext::Libraries::cublaslt();
  const cudaDataType_t type = std::is_same_v<T, float> ? CUDA_R_32F : CUDA_R_16BF;
  Plan plan = {};
  cublasLtMatmulDesc_t operation = nullptr;
  lt.check(lt.operation_create(&operation, tf32 ? CUBLAS_COMPUTE_32F_FAST_TF32 : CUBLAS_COMPUTE_32F,
                               CUDA_R_32F),
           "cublasLtMatmulDescCreate");
  plan.operation.reset(operation);
  const auto op = [](bool transpose) -> int32_t { return transpose ? CUBLAS_OP_T : CUBLAS_OP_N; };
  set(plan, CUBLASLT_MATMUL_DESC_TRANSA, op(p.transpose_b), "CUBLASLT_MATMUL_DESC_TRANSA");
  set(plan, CUBLASLT_MATMUL_DESC_TRANSB, op(p.transpose_a), "CUBLASLT_MATMUL_DESC_TRANSB");
  if (p.bias != nullptr) {  // its type is the result's, by default
    set(plan, CUBLASLT_MATMUL_DESC_EPILOGUE, uint32_t{CUBLASLT_EPILOGUE_BIAS},
        "CUBLASLT_MATMUL_DESC_EPILOGUE");
    set_bias(plan, p.bias);  // the heuristics read its alignment
  }
  plan.first =
      p.transpose_b ? layout(type, p.K, p.N, p.b_stride) : layout(type, p.N, p.K, p.b_stride);
  plan.second =
      p.transpose_a ? layout(type, p.M, p.K, p.a_stride) : layout(type, p.K, p.M, p.a_stride);
  plan.result = layout(type, p.N, p.M, p.c_stride);
  choose_algorithm(libraries.cublaslt_handle(), p, &plan);
  return plan;
}

template <class T>
const Plan& plan_for(CudaContext& context, const Matmul<T>& p) {
  CudaContext::Libraries& libraries = context.libraries();
  if (libraries.matmul_plans == nullptr) {
    libraries.matmul_plans = std::make_shared<MatmulPlans>();
  }
  const bool tf32 = std::is_same_v<T, float> && context.options().tf32;
  // A beta other than 0 changes nothing in a plan, so accumulate is no part of the key.
  const Key key = {static_cast<int64_t>(sizeof(T)),
                   tf32,
                   p.M,
                   p.N,
                   p.K,
                   p.a_stride,
                   p.b_stride,
                   p.c_stride,
                   p.transpose_a,
                   p.transpose_b,
                   p.bias != nullptr,
                   alignment_of(p.a),
                   alignment_of(p.b),
                   alignment_of(p.c),
                   p.bias == nullptr ? 0 : alignment_of(p.bias)};
  auto& plans = libraries.matmul_plans->plans;
  if (const auto found = plans.find(key); found != plans.end()) return found->second;
  return plans.emplace(key, make_plan(libraries, tf32, p)).first->second;
}

}  // namespace

template <class T>
void matmul(Cuda backend, const Matmul<T>& p) {
  CudaContext& context = *backend.context;
  const Plan& plan = plan_for(context, p);
  if (p.bias != nullptr) {
    set_bias(plan, p.bias);
  }
  const CublasLt& lt = CudaContext::Libraries::cublaslt();
  const float one = 1, beta = p.accumulate ? 1 : 0;
  void* workspace = plan.workspace_bytes == 0 ? nullptr : context.scratch(plan.workspace_bytes);
  const cublasStatus_t status = lt.matmul(
      context.libraries().cublaslt_handle(), plan.operation.get(), &one, p.b, plan.first.get(), p.a,
      plan.second.get(), &beta, p.c, plan.result.get(), p.c, plan.result.get(), &plan.algorithm,
      workspace, plan.workspace_bytes, context.stream());
  if (status != CUBLAS_STATUS_SUCCESS) lt.check(status, (describe(p) + ": cublasLtMatmul").c_str());
  context.launched("cublasLtMatmul");
}

template void matmul<float>(Cuda, const Matmul<float>&);
template void matmul<bfloat16>(Cuda, const Matmul<bfloat16>&);

}  // namespace storyteller
