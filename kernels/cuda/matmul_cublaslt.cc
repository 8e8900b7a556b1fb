// cuBLASLt reads matrices by columns. A row-major matrix read by columns is its transpose, so the
// row-major c = op(a) op(b) is asked for as cᵀ = op(b)ᵀ op(a)ᵀ: the operands change places and
// every flag stays as it is.
//
// Deterministic: the algorithm is the first that the library's heuristics name for the sizes and
// alignments at hand, kept for the life of the context, among those that sum each element of c in
// one sequence (CUBLASLT_REDUCTION_SCHEME_NONE: no split of K); where there is none, among those
// that split K and add the parts up in a step of their own. Where the library knows none, it is
// asked no more, and the product is the caller's.
#include "kernels/cuda/matmul.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

#include "kernels/cuda/error.h"
#include "kernels/cuda/libraries.h"

namespace storyteller {
namespace {

/// Hopper's kernels want 32 MiB; cuBLAS takes as much there by itself.
constexpr uint64_t kMostWorkspace = 32 << 20;

/// Sizes that a context remembers. Training meets new ones as long as batches differ in their
/// words; when there are as many, it begins anew.
constexpr size_t kMostPlans = 4096;

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
  bool offered;                  // else the library knows no algorithm
  Operation operation;           // without the address of a bias
  Layout first, second, result;  // b, a and c
  cublasLtMatmulAlgo_t algorithm;
  size_t workspace_bytes;
};

using Key = std::array<int64_t, 15>;

}  // namespace

struct MatmulPlans {
  std::map<Key, Plan> plans;
  std::atomic_flag busy;  // a thread is at work with them
};

namespace {

/// 16 where that divides the address, else what an element of float has: few alignments make few
/// plans.
uint32_t alignment_of(const void* p) { return reinterpret_cast<uintptr_t>(p) % 16 == 0 ? 16 : 4; }

template <class V>
void set(const Operation& operation, cublasLtMatmulDescAttributes_t attribute, const V& value,
         const char* what) {
  const CublasLt& lt = CudaContext::Libraries::cublaslt();
  const auto bytes = std::as_bytes(std::span(&value, 1));
  lt.check(lt.operation_set(operation.get(), attribute, bytes.data(), bytes.size()), what);
}

template <class T>
Operation operation_of(bool tf32, const Matmul<T>& p) {
  const CublasLt& lt = CudaContext::Libraries::cublaslt();
  cublasLtMatmulDesc_t made = nullptr;
  lt.check(lt.operation_create(&made, tf32 ? CUBLAS_COMPUTE_32F_FAST_TF32 : CUBLAS_COMPUTE_32F,
                               CUDA_R_32F),
           "cublasLtMatmulDescCreate");
  Operation operation(made);
  const auto op = [](bool transpose) -> int32_t { return transpose ? CUBLAS_OP_T : CUBLAS_OP_N; };
  set(operation, CUBLASLT_MATMUL_DESC_TRANSA, op(p.transpose_b), "CUBLASLT_MATMUL_DESC_TRANSA");
  set(operation, CUBLASLT_MATMUL_DESC_TRANSB, op(p.transpose_a), "CUBLASLT_MATMUL_DESC_TRANSB");
  if (p.bias != nullptr) {  // its type is the result's, by default
    set(operation, CUBLASLT_MATMUL_DESC_EPILOGUE, uint32_t{CUBLASLT_EPILOGUE_BIAS},
        "CUBLASLT_MATMUL_DESC_EPILOGUE");
    set(operation, CUBLASLT_MATMUL_DESC_BIAS_POINTER, p.bias, "CUBLASLT_MATMUL_DESC_BIAS_POINTER");
  }
  return operation;
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

/// Holds a context to one thread at a time: another one would change what this one reads.
class OneThread {
 public:
  explicit OneThread(std::atomic_flag& busy) : busy_(busy) {
    if (busy_.test_and_set()) throw CudaError("two threads work with one CudaContext");
  }
  ~OneThread() { busy_.clear(); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  std::atomic_flag& busy_;
};

template <class T>
std::string describe(const Matmul<T>& p) {
  return std::string("matmul of ") + (std::is_same_v<T, float> ? "float" : "bfloat16") + " M " +
         std::to_string(p.M) + ", N " + std::to_string(p.N) + ", K " + std::to_string(p.K) +
         (p.transpose_a ? ", a transposed" : "") + (p.transpose_b ? ", b transposed" : "") +
         (p.bias != nullptr ? ", bias" : "");
}

template <class T>
void choose_algorithm(cublasLtHandle_t handle, const Operation& operation, const Matmul<T>& p,
                      Plan* plan) {
  const CublasLt& lt = CudaContext::Libraries::cublaslt();
  for (const uint32_t schemes : {uint32_t{CUBLASLT_REDUCTION_SCHEME_NONE},
                                 uint32_t{CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE}}) {
    const Preference preference = preference_for(p, schemes);
    cublasLtMatmulHeuristicResult_t result = {};
    int found = 0;
    const cublasStatus_t status = lt.get_heuristic(
        handle, operation.get(), plan->first.get(), plan->second.get(), plan->result.get(),
        plan->result.get(), preference.get(), 1, &result, &found);
    if (status == CUBLAS_STATUS_SUCCESS && found == 1 && result.state == CUBLAS_STATUS_SUCCESS) {
      plan->algorithm = result.algo;
      plan->workspace_bytes = result.workspaceSize;
      plan->offered = true;
      return;
    }
  }
}

template <class T>
Plan make_plan(CudaContext::Libraries& libraries, bool tf32, const Matmul<T>& p) {
  const cudaDataType_t type = std::is_same_v<T, float> ? CUDA_R_32F : CUDA_R_16BF;
  Plan plan = {};
  plan.first =
      p.transpose_b ? layout(type, p.K, p.N, p.b_stride) : layout(type, p.N, p.K, p.b_stride);
  plan.second =
      p.transpose_a ? layout(type, p.M, p.K, p.a_stride) : layout(type, p.K, p.M, p.a_stride);
  plan.result = layout(type, p.N, p.M, p.c_stride);
  Operation operation = operation_of(tf32, p);
  choose_algorithm(libraries.cublaslt_handle(), operation, p, &plan);  // it reads a bias' alignment
  if (p.bias == nullptr) plan.operation = std::move(operation);
  return plan;
}

template <class T>
Plan& plan_for(CudaContext& context, bool tf32, const Matmul<T>& p) {
  CudaContext::Libraries& libraries = context.libraries();
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
  if (plans.size() >= kMostPlans) plans.clear();
  return plans.emplace(key, make_plan(libraries, tf32, p)).first->second;
}

}  // namespace

template <class T>
bool library_matmul(Cuda backend, const Matmul<T>& p) {
  CudaContext& context = *backend.context;
  context.enter();
  if (!context.libraries().has_cublaslt()) return false;
  const bool tf32 = std::is_same_v<T, float> && context.options().tf32;
  auto& plans = context.libraries().matmul_plans;
  if (plans == nullptr) plans = std::make_shared<MatmulPlans>();
  const OneThread one_thread(plans->busy);
  Plan& plan = plan_for(context, tf32, p);
  if (!plan.offered) return false;
  Operation with_bias;
  if (p.bias != nullptr) with_bias = operation_of(tf32, p);
  const Operation& operation = p.bias != nullptr ? with_bias : plan.operation;
  const CublasLt& lt = CudaContext::Libraries::cublaslt();
  const float one = 1, beta = p.accumulate ? 1 : 0;
  void* workspace = plan.workspace_bytes == 0 ? nullptr : context.scratch(plan.workspace_bytes);
  const cublasStatus_t status =
      lt.matmul(context.libraries().cublaslt_handle(), operation.get(), &one, p.b, plan.first.get(),
                p.a, plan.second.get(), &beta, p.c, plan.result.get(), p.c, plan.result.get(),
                &plan.algorithm, workspace, plan.workspace_bytes, context.stream());
  if (status == CUBLAS_STATUS_NOT_SUPPORTED || status == CUBLAS_STATUS_INVALID_VALUE) {
    plan.offered = false;  // after all
    return false;
  }
  if (status != CUBLAS_STATUS_SUCCESS) lt.check(status, (describe(p) + ": cublasLtMatmul").c_str());
  context.launched("cublasLtMatmul");
  return true;
}

template bool library_matmul<float>(Cuda, const Matmul<float>&);
template bool library_matmul<bfloat16>(Cuda, const Matmul<bfloat16>&);

}  // namespace storyteller
