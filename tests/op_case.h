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
};

/// Everything there is to know about an op to test and time it. One case yields
///   * the op in float and double against `reference`,
///   * its gradient in double against central differences, and in float against double,
///   * each gradient wanted alone, and accumulation into what is there   (core/op_cases_test.cc)
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

template <class T>
Tensor tensor_of(const Shape& shape, const Array& values) {
  return Tensor::from(shape, std::vector<T>(values.begin(), values.end()));
}

template <class T>
Array array_of(const Tensor& tensor) {
  const std::vector<T> values = tensor.to_host<T>();
  return {values.begin(), values.end()};
}

/// The random weights with which output `index` enters the loss.
inline Array output_weights(size_t index, int64_t n) { return random_array(1000 + index, n); }

}  // namespace storyteller
