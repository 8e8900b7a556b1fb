// Products of the stub of cuBLASLt: which it offers, what a call has to bring, and the product by
// plain loops in double.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "tests/emulation/emulator/checker.h"
#include "tests/emulation/emulator/device_heap.h"
#include "tests/emulation/runtime/call_log.h"
#include "tests/emulation/runtime/stream.h"
#include "tests/emulation/stubs/cublaslt.h"
#include "tests/emulation/stubs/device_range.h"

namespace stubs {
namespace {

constexpr uint64_t kMagic = 0x53747562204C7421;

struct Promises {
  std::mutex mutex;
  std::deque<Product> all;
};
Promises& promises() {
  static auto* promises = new Promises;
  return *promises;
}

/// With STORYTELLER_STUBS_STRICT it refuses what the library is known, or documented, to refuse:
/// vectors, which its heuristics answer with an error, and in bfloat16 columns that do not begin at
/// multiples of 4 bytes.
bool offers(const Product& p) {
  const char* strict = std::getenv("STORYTELLER_STUBS_STRICT");
  if (strict == nullptr || *strict == '\0') return true;
  if (p.m() == 1 || p.n() == 1 || p.k() == 1) return false;
  for (const Layout* layout : {&p.a, &p.b, &p.d}) {
    if (layout->type == Element::kBFloat16 && layout->leading % 2 != 0) return false;
  }
  return true;
}

/// None, one or two pages, by the sizes: a caller must ask, not guess.
size_t workspace_for(const Product& p) {
  return static_cast<size_t>((p.m() + p.n() + p.k()) % 3) * 4096 + (p.splits_k ? 4096 : 0);
}

DeviceRange range(const void* start, const Layout& layout, const char* name) {
  return {start, static_cast<size_t>(layout.extent()) * bytes_of(layout.type), name};
}

void demand_alignment(const void* p, uint32_t promised, const char* name) {
  demand(alignment_of(p) >= promised, std::string(name) + " is not aligned as was promised");
}

struct Pointers {
  const void *a, *b;
  void* d;
  Workspace workspace;
  float beta;
};

/// op(x) by columns, without gaps.
std::vector<double> factor(const Product& p, const Layout& layout, bool transpose,
                           const void* base) {
  const int64_t rows = transpose ? layout.columns : layout.rows,
                columns = transpose ? layout.rows : layout.columns;
  std::vector<double> values(static_cast<size_t>(rows * columns));
  for (int64_t i = 0, column = 0; column < columns; ++column) {
    for (int64_t row = 0; row < rows; ++row, ++i) {
      const int64_t at = transpose ? row * layout.leading + column : column * layout.leading + row;
      const double value = read(layout.type, base, at);
      values[static_cast<size_t>(i)] = p.operation.tf32 ? as_tf32(value) : value;
    }
  }
  return values;
}

void compute(const Product& p, const Pointers& at) {
  const emulation::DeviceRole device;
  poison(at.workspace.start, at.workspace.bytes);
  const std::vector<double> a = factor(p, p.a, p.operation.transpose_a, at.a),
                            b = factor(p, p.b, p.operation.transpose_b, at.b);
  const bool biased = p.operation.epilogue == storyteller::CUBLASLT_EPILOGUE_BIAS;
  const int64_t M = p.m(), K = p.k(), slice = p.splits_k ? (K + 1) / 2 : K;
  std::vector<double> sums(static_cast<size_t>(M)), part(sums.size());
  for (int64_t n = 0; n < p.n(); ++n) {
    std::fill(sums.begin(), sums.end(), 0.0);
    for (int64_t begin = 0; begin < K; begin += slice) {
      std::fill(part.begin(), part.end(), 0.0);
      for (int64_t k = begin; k < std::min(K, begin + slice); ++k) {
        const double* column = a.data() + k * M;
        const double with = b[static_cast<size_t>(n * K + k)];
        for (int64_t m = 0; m < M; ++m) part[static_cast<size_t>(m)] += column[m] * with;
      }
      for (size_t m = 0; m < sums.size(); ++m) {
        sums[m] += p.splits_k ? static_cast<double>(static_cast<float>(part[m])) : part[m];
      }
    }
    for (int64_t m = 0; m < M; ++m) {
      double value = sums[static_cast<size_t>(m)];
      const int64_t to = n * p.d.leading + m;
      if (biased) value += read(p.d.type, p.operation.bias, m);
      if (at.beta != 0) value += static_cast<double>(at.beta) * read(p.d.type, at.d, to);
      write(p.d.type, at.d, to, value);
    }
    emulation::checker_written(
        static_cast<std::byte*>(at.d) + static_cast<size_t>(n * p.d.leading) * bytes_of(p.d.type),
        sums.size() * bytes_of(p.d.type));
  }
}

}  // namespace

Product product_of(const Operation& operation, const Layout& a, const Layout& b, const Layout& c,
                   const Layout& d) {
  demand(a.type == b.type, "factors of two types");
  demand(d.type == a.type || d.type == Element::kFloat, "a result narrower than the factors");
  demand(c == d, "c and d lie differently");
  demand(!operation.tf32 || a.type == Element::kFloat, "tf32 of bfloat16");
  const auto rows = [](const Layout& x, bool t) { return t ? x.columns : x.rows; };
  const auto columns = [](const Layout& x, bool t) { return t ? x.rows : x.columns; };
  demand(rows(a, operation.transpose_a) == d.rows, "op(a) and d differ in rows");
  demand(columns(b, operation.transpose_b) == d.columns, "op(b) and d differ in columns");
  demand(columns(a, operation.transpose_a) == rows(b, operation.transpose_b),
         "op(a) has another number of columns than op(b) has rows");
  return {.operation = operation, .a = a, .b = b, .c = c, .d = d};
}

storyteller::cublasLtMatmulAlgo_t algorithm_for(const Product& product) {
  const std::lock_guard lock(promises().mutex);
  promises().all.push_back(product);
  return {{kMagic, promises().all.size() - 1}};
}

const Product& promised_by(const storyteller::cublasLtMatmulAlgo_t* algorithm) {
  const std::lock_guard lock(promises().mutex);
  demand(algorithm != nullptr, "no algorithm");
  demand(algorithm->data[0] == kMagic && algorithm->data[1] < promises().all.size(),
         "an algorithm that no query named");
  return promises().all[algorithm->data[1]];
}

}  // namespace stubs

namespace storyteller {

using stubs::demand;
using stubs::Product;

extern "C" {

cublasStatus_t cublasLtMatmulAlgoGetHeuristic(cublasLtHandle_t handle,
                                              cublasLtMatmulDesc_t operation,
                                              cublasLtMatrixLayout_t a, cublasLtMatrixLayout_t b,
                                              cublasLtMatrixLayout_t c, cublasLtMatrixLayout_t d,
                                              cublasLtMatmulPreference_t preference, int most,
                                              cublasLtMatmulHeuristicResult_t* results,
                                              int* found) {
  if (found != nullptr) *found = 0;
  return stubs::entry("cublasLtMatmulAlgoGetHeuristic", CUBLAS_STATUS_INVALID_VALUE, [&] {
    demand(most >= 1 && results != nullptr && found != nullptr, "no room for an answer");
    stubs::lt_handles().at(handle);
    Product p =
        stubs::product_of(stubs::operations().at(operation), stubs::layouts().at(a),
                          stubs::layouts().at(b), stubs::layouts().at(c), stubs::layouts().at(d));
    const stubs::Preference& wanted = stubs::preferences().at(preference);
    demand(wanted.workspace.has_value() && wanted.reductions.has_value(),
           "workspace and reductions are left to defaults");
    demand(wanted.alignment_a && wanted.alignment_b && wanted.alignment_c && wanted.alignment_d,
           "an alignment is left to its default");
    demand(wanted.alignment_c == wanted.alignment_d, "c and d are one, but for their alignment");
    p.alignment_a = *wanted.alignment_a;
    p.alignment_b = *wanted.alignment_b;
    p.alignment_d = *wanted.alignment_d;
    p.splits_k = wanted.reductions != CUBLASLT_REDUCTION_SCHEME_NONE;
    if (p.operation.epilogue == CUBLASLT_EPILOGUE_BIAS) {
      demand(p.operation.bias != nullptr, "an epilogue with a bias that is null");
      p.alignment_bias = stubs::alignment_of(p.operation.bias);
    }
    const std::string sizes =
        std::to_string(p.m()) + "x" + std::to_string(p.n()) + "x" + std::to_string(p.k());
    if (const auto told = stubs::scripted("cublasLtMatmulAlgoGetHeuristic", sizes)) {
      return static_cast<cublasStatus_t>(*told);
    }
    if (!stubs::offers(p)) return CUBLAS_STATUS_NOT_SUPPORTED;
    p.workspace = stubs::workspace_for(p);
    if (p.workspace > *wanted.workspace) return CUBLAS_STATUS_NOT_SUPPORTED;
    *found = 1;
    results[0] = {};
    results[0].algo = stubs::algorithm_for(p);
    results[0].workspaceSize = p.workspace;
    results[0].state = CUBLAS_STATUS_SUCCESS;
    results[0].wavesCount = 1;
    return CUBLAS_STATUS_SUCCESS;
  });
}

cublasStatus_t cublasLtMatmul(cublasLtHandle_t handle, cublasLtMatmulDesc_t operation,
                              const void* alpha, const void* a, cublasLtMatrixLayout_t a_layout,
                              const void* b, cublasLtMatrixLayout_t b_layout, const void* beta,
                              const void* c, cublasLtMatrixLayout_t c_layout, void* d,
                              cublasLtMatrixLayout_t d_layout,
                              const cublasLtMatmulAlgo_t* algorithm, void* workspace,
                              size_t workspace_bytes, cudaStream_t stream) {
  return stubs::entry("cublasLtMatmul", CUBLAS_STATUS_INVALID_VALUE, [&] {
    stubs::LtHandle& context = stubs::lt_handles().at(handle);
    stubs::demand_stream(stream);
    if (context.stream == nullptr) {
      demand(stubs::lt_handles().other(
                 handle, [&](const auto& other) { return other.stream == stream; }) == nullptr,
             "two handles work for one context");
      context.stream = stream;
    }
    demand(context.stream == stream, "another stream than the context's");
    Product p = stubs::product_of(stubs::operations().at(operation), stubs::layouts().at(a_layout),
                                  stubs::layouts().at(b_layout), stubs::layouts().at(c_layout),
                                  stubs::layouts().at(d_layout));
    const Product& promised = stubs::promised_by(algorithm);
    const auto shape = [](const stubs::Operation& o) {
      return std::array<uint32_t, 4>{o.tf32, o.transpose_a, o.transpose_b, o.epilogue};
    };
    demand(shape(p.operation) == shape(promised.operation) && p.a == promised.a &&
               p.b == promised.b && p.d == promised.d,
           "the algorithm was named for another product");
    p.splits_k = promised.splits_k;
    demand(alpha != nullptr && beta != nullptr, "alpha or beta is null");
    const float factor = *static_cast<const float*>(alpha), old = *static_cast<const float*>(beta);
    demand(factor == 1 && (old == 0 || old == 1), "alpha is not 1, or beta neither 0 nor 1");
    demand(c == d, "c and d are two matrices");
    const stubs::DeviceRange ranges[] = {stubs::range(a, p.a, "a"), stubs::range(b, p.b, "b"),
                                         stubs::range(d, p.d, "d")};
    for (const stubs::DeviceRange& range : ranges) stubs::demand_on_device(range);
    stubs::demand_alignment(a, promised.alignment_a, "a");
    stubs::demand_alignment(b, promised.alignment_b, "b");
    stubs::demand_alignment(d, promised.alignment_d, "d");
    const stubs::DeviceRange work =
        stubs::demand_workspace({workspace, workspace_bytes}, promised.workspace);
    stubs::demand_apart(ranges[0], ranges[2]);
    stubs::demand_apart(ranges[1], ranges[2]);
    for (const stubs::DeviceRange& range : ranges) stubs::demand_apart(range, work);
    if (p.operation.epilogue == CUBLASLT_EPILOGUE_BIAS) {
      const stubs::DeviceRange bias = {p.operation.bias,
                                       static_cast<size_t>(p.m()) * bytes_of(p.d.type), "the bias"};
      stubs::demand_on_device(bias);
      stubs::demand_alignment(bias.start, promised.alignment_bias, "the bias");
      demand(stubs::alignment_of(bias.start) == 16, "the bias is not aligned to 16 bytes");
      stubs::demand_apart(bias, ranges[2]);
      stubs::demand_apart(bias, work);
    }
    emulation::note_call(emulation::CallKind::kProduct, "");
    const stubs::Pointers at = {a, b, d, {workspace, workspace_bytes}, old};
    const cudaError_t result = emulation::submit(stream, [p, at] {
      stubs::compute(p, at);
      return cudaSuccess;
    });
    return result == cudaSuccess ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_EXECUTION_FAILED;
  });
}

}  // extern "C"
}  // namespace storyteller
