// float: oneDNN. Products with many rows go through its sgemm; products of few rows with a weight
// that is used often go through matmul with a weight in oneDNN's blocked layout, because sgemm
// packs the weight anew for each call (measured on Zen 5, 32 x 2048 x 2048, two threads: 181
// GFLOP/s packed, 29 not); products of very few rows are bound by reading the weight and have a
// loop of their own. double: naive, for gradient checks.
#include "kernels/gemm.h"

#include <algorithm>

#include "kernels/cpu/add_row.h"
#include "kernels/cpu/few_rows.h"
#include "kernels/cpu/onednn.h"
#include "kernels/cpu/parallel.h"
#include "kernels/cpu/simd.h"

namespace storyteller {
namespace {

using dnnl::memory;

constexpr int64_t kMatmulKey = 1, kWeightLayoutKey = 2, kPackKey = 3;
// The blocked layout is asked for once, for this many rows, and then demanded of every row count.
constexpr int64_t kNominalRows = 32;

memory::desc row_major(int64_t rows, int64_t columns) {
  return {{rows, columns}, memory::data_type::f32, memory::format_tag::ab};
}

dnnl::matmul::primitive_desc matmul_descriptor(CpuContext::OneDnn& onednn, int64_t M, int64_t N,
                                               int64_t K, const memory::desc& weight, bool bias,
                                               bool accumulate) {
  dnnl::primitive_attr attributes;
  if (accumulate) {
    dnnl::post_ops sum;
    sum.append_sum(1.0F);
    attributes.set_post_ops(sum);
  }
  const auto x = row_major(M, K), y = row_major(M, N);
  return bias ? dnnl::matmul::primitive_desc({x, weight, row_major(1, N), y}, attributes,
                                             onednn.engine)
              : dnnl::matmul::primitive_desc({x, weight, y}, attributes, onednn.engine);
}

const memory::desc& weight_layout(CpuContext::OneDnn& onednn, int64_t N, int64_t K) {
  const OneDnnKey key{{kWeightLayoutKey, N, K}};
  if (auto found = onednn.layouts.find(key); found != onednn.layouts.end()) return found->second;
  const memory::desc any({K, N}, memory::data_type::f32, memory::format_tag::any);
  const auto chosen = matmul_descriptor(onednn, kNominalRows, N, K, any, false, false);
  return onednn.layouts.emplace(key, chosen.weights_desc()).first->second;
}

/// sum[i] += x[row * stride + i] over all rows.
STORYTELLER_SIMD void sum_rows(const float* __restrict x, int64_t rows, int64_t n, int64_t stride,
                               float* __restrict sum) {
  for (int64_t row = 0; row < rows; ++row) {
#pragma omp simd
    for (int64_t i = 0; i < n; ++i) sum[i] += x[row * stride + i];
  }
}
void sum_rows(const double* x, int64_t rows, int64_t n, int64_t stride, double* sum) {
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t i = 0; i < n; ++i) sum[i] += x[row * stride + i];
  }
}

}  // namespace

template <>
void gemm(Cpu, const Gemm<float>& p) {
  if (p.M == 0 || p.N == 0) return;
  if (p.K == 0) {
    if (!p.accumulate) std::fill_n(p.c, p.M * p.N, 0.0F);
    return;
  }
  if (p.M <= kFewRows && p.transpose_b && !p.transpose_a) {
    few_rows_product(p);
    return;
  }
  settle_thread_count();
  const dnnl_status_t status =
      dnnl_sgemm(p.transpose_a ? 'T' : 'N', p.transpose_b ? 'T' : 'N', p.M, p.N, p.K, 1.0F, p.a,
                 p.transpose_a ? p.M : p.K, p.b, p.transpose_b ? p.K : p.N,
                 p.accumulate ? 1.0F : 0.0F, p.c, p.N);
  dnnl::error::wrap_c_api(status, "oneDNN: sgemm failed");
}

template <>
void gemm(Cpu, const Gemm<double>& p) {
  parallel_shares(p.M, p.M * p.N * p.K, 1, [&](int64_t begin, int64_t end) {
    for (int64_t m = begin; m < end; ++m) {
      for (int64_t n = 0; n < p.N; ++n) {
        double sum = p.accumulate ? p.c[m * p.N + n] : 0.0;
        for (int64_t k = 0; k < p.K; ++k) {
          sum += p.a[p.transpose_a ? k * p.M + m : m * p.K + k] *
                 p.b[p.transpose_b ? n * p.K + k : k * p.N + n];
        }
        p.c[m * p.N + n] = sum;
      }
    }
  });
}

template <>
size_t packed_weight_bytes<float>(Cpu backend, int64_t N, int64_t K) {
  return weight_layout(backend.context->onednn(), N, K).get_size();
}
template <>
size_t packed_weight_bytes<double>(Cpu, int64_t N, int64_t K) {
  return static_cast<size_t>(N * K) * sizeof(double);
}

template <>
void pack_weight(Cpu backend, const PackWeight<float>& p) {
  auto& onednn = backend.context->onednn();
  const OneDnnKey key{{kPackKey, p.N, p.K, p.transposed}};
  auto& primitive = onednn.primitive(key, [&] {
    const auto order = p.transposed ? memory::format_tag::ab : memory::format_tag::ba;
    const memory plain({{p.K, p.N}, memory::data_type::f32, order}, onednn.engine, nullptr);
    const memory packed(weight_layout(onednn, p.N, p.K), onednn.engine, nullptr);
    return OneDnnPrimitive(dnnl::reorder(plain, packed),
                           {{DNNL_ARG_FROM, plain}, {DNNL_ARG_TO, packed}});
  });
  const void* pointers[] = {p.weight, p.packed};
  primitive.run(onednn.stream, pointers, 2);
}
template <>
void pack_weight(Cpu, const PackWeight<double>& p) {
  auto* packed = static_cast<double*>(p.packed);
  for (int64_t n = 0; n < p.N; ++n) {
    for (int64_t k = 0; k < p.K; ++k) {
      packed[n * p.K + k] = p.weight[p.transposed ? k * p.N + n : n * p.K + k];
    }
  }
}

template <>
void packed_linear(Cpu backend, const PackedLinear<float>& p) {
  if (p.M == 0) return;
  const bool bias = p.bias != nullptr;
  if (p.weight != nullptr && p.M <= kFewRows) {
    few_rows_product({.a = p.x,
                      .b = p.weight,
                      .c = p.y,
                      .M = p.M,
                      .N = p.N,
                      .K = p.K,
                      .transpose_b = true,
                      .accumulate = p.accumulate});
    if (bias) add_bias(backend, AddBias<float>{.bias = p.bias, .y = p.y, .M = p.M, .N = p.N});
    return;
  }
  auto& onednn = backend.context->onednn();
  const OneDnnKey key{{kMatmulKey, p.M, p.N, p.K, bias, p.accumulate}};
  auto& primitive = onednn.primitive(key, [&] {
    const auto chosen = matmul_descriptor(onednn, p.M, p.N, p.K, weight_layout(onednn, p.N, p.K),
                                          bias, p.accumulate);
    const auto bound = [&](const memory::desc& layout) {
      return memory(layout, onednn.engine, nullptr);
    };
    std::vector<OneDnnPrimitive::Binding> bindings = {
        {DNNL_ARG_SRC, bound(chosen.src_desc())},
        {DNNL_ARG_WEIGHTS, bound(chosen.weights_desc())},
        {DNNL_ARG_DST, bound(chosen.dst_desc())}};
    if (bias) bindings.push_back({DNNL_ARG_BIAS, bound(row_major(1, p.N))});
    return OneDnnPrimitive(dnnl::matmul(chosen), std::move(bindings));
  });
  const void* pointers[] = {p.x, p.packed, p.y, p.bias};
  primitive.run(onednn.stream, pointers, bias ? 4 : 3);
}
template <>
void packed_linear(Cpu backend, const PackedLinear<double>& p) {
  gemm(backend, Gemm<double>{.a = p.x,
                             .b = static_cast<const double*>(p.packed),
                             .c = p.y,
                             .M = p.M,
                             .N = p.N,
                             .K = p.K,
                             .transpose_b = true,
                             .accumulate = p.accumulate});
  if (p.bias != nullptr) {
    add_bias(backend, AddBias<double>{.bias = p.bias, .y = p.y, .M = p.M, .N = p.N});
  }
}

template <class T>
void add_bias(Cpu, const AddBias<T>& p) {
  parallel_shares(p.M, p.M * p.N, 1, [&](int64_t begin, int64_t end) {
    for (int64_t m = begin; m < end; ++m) add_row(p.bias, p.y + m * p.N, p.N);
  });
}

template <class T>
void bias_gradient(Cpu backend, const BiasGradient<T>& p) {
  constexpr int64_t kBlock = 1024;  // rows of one partial sum
  const int64_t blocks = (p.M + kBlock - 1) / kBlock;
  if (blocks < 2) {
    parallel_shares(p.N, p.M * p.N, 64, [&](int64_t begin, int64_t end) {
      sum_rows(p.dy + begin, p.M, end - begin, p.N, p.db + begin);
    });
    return;
  }
  // Channels are too few to share out; rows are not, and their partial sums round less.
  auto* partial =
      static_cast<T*>(backend.context->scratch(static_cast<size_t>(blocks * p.N) * sizeof(T)));
  std::fill_n(partial, blocks * p.N, T{0});
  parallel_shares(blocks, p.M * p.N, 1, [&](int64_t begin, int64_t end) {
    for (int64_t block = begin; block < end; ++block) {
      const int64_t first = block * kBlock;
      sum_rows(p.dy + first * p.N, std::min(kBlock, p.M - first), p.N, p.N, partial + block * p.N);
    }
  });
  sum_rows(partial, blocks, p.N, p.N, p.db);
}

template void add_bias<float>(Cpu, const AddBias<float>&);
template void add_bias<double>(Cpu, const AddBias<double>&);
template void bias_gradient<float>(Cpu, const BiasGradient<float>&);
template void bias_gradient<double>(Cpu, const BiasGradient<double>&);

}  // namespace storyteller
