#pragma once

#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "core/tape.h"
#include "core/tensor.h"
#include "kernels/philox.h"

namespace storyteller {

/// An array of the naive reference: row-major, always double.
using Array = std::vector<double>;

/// One float input of an op, filled with numbers drawn uniformly from [low, high).
struct OpInput {
  Shape shape;
  double low = -1;
  double high = 1;
  bool differentiable = true;
  bool is_wide = false;  ///< float where the op stores bfloat16: states and attention weights
};

/// Everything there is to know about an op to test and time it. One case yields
///   * the op in float and double against `reference`,
///   * its gradient in double against central differences, and in float against double,
///   * each gradient wanted alone, and accumulation into what is there,  (core/op_cases_test.cc)
///   * the op on CUDA, in float and bfloat16, against the CPU in double  (cuda/core/)
///   * a benchmark row, forward and forward + backward                   (bench/op_bench.cc).
/// The loss of a case is a sum of all outputs with fixed random weights in [-1, 1).
struct OpCase {
  std::string name;  ///< letters and digits, as a gtest parameter
  std::vector<OpInput> inputs;
  /// Inputs that are no floats (tokens, lengths, maps) are captured. Called with float and double,
  /// several times: it must give equal outputs for equal inputs.
  std::function<std::vector<Var>(Tape&, const std::vector<Var>&)> run;
  /// Naive, in double, written from the formula: the outputs in the order of `run`.
  std::function<std::vector<Array>(const std::vector<Array>&)> reference;
  /// Floating-point operations of one forward, for the benchmark's rate; 0: unknown.
  double flops = 0;
  /// Greatest error in float, relative to the root mean square of the compared array.
  double float_tolerance = 1e-5;
  /// The same in bfloat16, whose elements are rounded by up to 2^-9, on CUDA.
  double bfloat16_tolerance = 2e-2;
};

/// Two scales of one case: odd sizes for the tests (tails of vectors, unequal shares of threads),
/// the sizes of real work for the benchmark.
class Sizes {
 public:
  static Sizes odd() { return Sizes(false); }
  static Sizes real() { return Sizes(true); }
  int64_t operator()(int64_t odd, int64_t real) const { return real_ ? real : odd; }

 private:
  explicit Sizes(bool real) : real_(real) {}
  bool real_;
};

inline std::ostream& operator<<(std::ostream& out, const OpCase& op) { return out << op.name; }

/// `n` numbers uniform in [low, high), the same for the same `key`; exact in float.
inline Array random_array(uint64_t key, int64_t n, double low = -1, double high = 1) {
  Array values(static_cast<size_t>(n));
  for (size_t i = 0; i < values.size(); ++i) {
    const double u = uniform01(philox(key, 0, i)[0]);
    values[i] = static_cast<float>(low + (high - low) * u);
  }
  return values;
}

/// The inputs of a case as the reference takes them.
inline std::vector<Array> input_arrays(const OpCase& op) {
  std::vector<Array> arrays;
  for (const OpInput& input : op.inputs) {
    const uint64_t key = philox_key(std::hash<std::string>{}(op.name), arrays.size(), 0);
    arrays.push_back(random_array(key, input.shape.elements(), input.low, input.high));
  }
  return arrays;
}

/// The values as elements of `dtype`, float32, float64 or bfloat16.
inline Tensor tensor_of(const Shape& shape, const Array& values, DType dtype,
                        Device device = Device::cpu()) {
  if (dtype == DType::kFloat64) return Tensor::from(shape, values, device);
  const std::vector<float> single(values.begin(), values.end());
  if (dtype == DType::kFloat32) return Tensor::from(shape, single, device);
  return Tensor::from(shape, std::vector<bfloat16>(single.begin(), single.end()), device);
}
template <class T>
Tensor tensor_of(const Shape& shape, const Array& values) {
  return tensor_of(shape, values, dtype_of<T>());
}
/// What goes beside `x` and is wide, such as statistics and weights of rows.
inline Tensor wide_beside(const Var& x, const Shape& shape, const Array& values) {
  return tensor_of(shape, values, wide(x.value().dtype()), x.value().device());
}

inline Array array_of(const Tensor& tensor) {
  if (tensor.dtype() == DType::kFloat64) return tensor.to_host<double>();
  const std::vector<float> values = to_host_float(tensor);
  return {values.begin(), values.end()};
}

/// The random weights with which output `index` enters the loss.
inline Array output_weights(size_t index, int64_t n) { return random_array(1000 + index, n); }

}  // namespace storyteller
