// The loops of the decoder form the gradients of weights, keys and pictures once, after all steps.
// Here they must equal the sum over steps that was formed eagerly.
#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>
#include <omp.h>

#include "core/ops/ops.h"
#include "tests/op_cases/attention_cases.h"
#include "tests/op_cases/linear_cases.h"

namespace storyteller::deferred_gradient_test {
namespace {

constexpr auto kTrain = Tape::Mode::kTrain;

std::vector<Var> inputs_of(Tape& tape, const std::vector<Shape>& shapes) {
  std::vector<Var> inputs;
  for (const Shape& shape : shapes) {
    const Array values = random_array(40 + inputs.size(), shape.elements());
    inputs.push_back(tape.output(tensor_of<double>(shape, values), true));
  }
  return inputs;
}

/// Seeds the outputs with fixed gradients, sweeps back and returns the gradients of the inputs.
std::vector<Array> gradients(Tape& tape, const std::vector<Var>& inputs,
                             const std::vector<Var>& outputs) {
  for (size_t k = 0; k < outputs.size(); ++k) {
    const Shape& shape = outputs[k].shape();
    give_gradient(outputs[k], tensor_of<double>(shape, output_weights(k, shape.elements())));
  }
  tape.backward({});
  std::vector<Array> found;
  for (const Var& input : inputs) found.push_back(array_of(gathered_gradient(input)));
  return found;
}

void expect_equal(const std::vector<Array>& got, const std::vector<Array>& wanted) {
  for (size_t i = 0; i < wanted.size(); ++i) {
    double difference = 0, largest = 0;
    ASSERT_EQ(got[i].size(), wanted[i].size());
    for (size_t j = 0; j < wanted[i].size(); ++j) {
      difference = std::max(difference, std::abs(got[i][j] - wanted[i][j]));
      largest = std::max(largest, std::abs(wanted[i][j]));
    }
    EXPECT_GT(largest, 0) << "input " << i;
    EXPECT_LE(difference, 1e-12 * largest) << "input " << i;
  }
}

TEST(DeferredGradient, OfARecurrenceIsTheEagerSum) {
  constexpr int64_t kRows = 6, kSteps = 5, K = 7, H = 5;
  const std::vector<int64_t> offset = falling_offsets(kRows, kSteps);
  const StepRows rows{offset.data(), kSteps};
  const std::vector<Shape> shapes = {{rows.total(), K}, {kRows, H}, {H, K}, {H}, {H, H}};

  Tape deferred(kTrain);
  std::vector<Var> x = inputs_of(deferred, shapes);
  const std::vector<Var> outputs = deferred_recurrence(deferred, x, rows);
  const Array value = array_of(outputs[0].value());
  const std::vector<Array> got = gradients(deferred, x, outputs);

  Tape eager(kTrain);
  x = inputs_of(eager, shapes);
  Var h = x[1];
  for (int64_t t = 0; t < kSteps; ++t) {
    const int64_t begin = rows.begin(t), count = rows.count(t);
    const Var y = add(eager, linear(eager, eager.rows(x[0], begin, count), x[2], x[3]),
                      linear(eager, eager.rows(h, 0, count), x[4], Var()));
    for (int64_t i = 0; i < y.value().elements(); ++i) {
      ASSERT_NEAR(y.value().data<double>()[i], value[begin * H + i], 1e-12);
    }
    const Tensor weights =
        tensor_of<double>(outputs[0].shape(), output_weights(0, rows.total() * H));
    give_gradient(y, weights.row_range(begin, count));
    h = tanh(eager, y);
  }
  const Shape& last = h.shape();
  give_gradient(h, tensor_of<double>(last, output_weights(1, last.elements())));
  expect_equal(got, gradients(eager, x, {}));
}

TEST(DeferredGradient, OfAttentionIsTheSumOverStepsTakenAlone) {
  const AttentionSetting s{.score = ScoreFunction::kTanh,
                           .gate = ContextGate::kVector,
                           .I = 3,
                           .L = 5,
                           .A = 7,
                           .D = 6,
                           .row_to_image = {1, 0, 1, 2, 0},
                           .offset = {0, 5, 8, 10},
                           .coverage = 0};
  const int64_t N = s.rows().total();
  const std::vector<Shape> shapes = {{s.I, s.L, s.A}, {s.I, s.L, s.D}, {s.A}, {N, s.A}, {N, s.D}};
  const Array dz = output_weights(0, N * s.D), dalpha = output_weights(1, N * s.L);

  Tape together(kTrain);
  AttentionLoop loop;
  std::vector<Var> x = inputs_of(together, shapes);
  std::vector<Var> outputs = attention_steps(together, x, s, loop);
  outputs.pop_back();
  const std::vector<Array> got = gradients(together, x, outputs);

  std::vector<Array> sum;
  for (const Array& gradient : got) sum.emplace_back(gradient.size(), 0.0);
  for (int64_t n = 0; n < N; ++n) {  // each row as a loop of its own
    int64_t t = 0;
    while (s.rows().begin(t) + s.rows().count(t) <= n) ++t;
    AttentionSetting alone = s;
    alone.row_to_image = {s.row_to_image[static_cast<size_t>(n - s.rows().begin(t))]};
    alone.offset = {0, 1};
    Tape tape(kTrain);
    AttentionLoop one;
    x = inputs_of(tape, shapes);
    std::vector<Var> row = {x[0], x[1], x[2], tape.rows(x[3], n, 1), tape.rows(x[4], n, 1)};
    const std::vector<Var> y = attention_steps(tape, row, alone, one);
    give_gradient(y[0], tensor_of<double>({N, s.D}, dz).row_range(n, 1));
    give_gradient(y[1], tensor_of<double>({N, s.L}, dalpha).row_range(n, 1));
    const std::vector<Array> part = gradients(tape, x, {});
    for (size_t i = 0; i < sum.size(); ++i) {
      for (size_t j = 0; j < sum[i].size(); ++j) sum[i][j] += part[i][j];
    }
  }
  expect_equal(got, sum);
}

TEST(DeferredGradient, ThreadsDoNotChangeABit) {
  const OpCase op =
      attention_case("Attention", Sizes::odd(), ScoreFunction::kTanh, ContextGate::kVector);
  const auto run = [&op] {
    Tape tape(kTrain);
    std::vector<Var> x;
    const std::vector<Array> arrays = input_arrays(op);
    for (size_t i = 0; i < arrays.size(); ++i) {
      x.push_back(tape.output(tensor_of<float>(op.inputs[i].shape, arrays[i]), true));
    }
    const std::vector<Var> y = op.run(tape, x);
    const Shape& shape = y[0].shape();
    give_gradient(y[0], tensor_of<float>(shape, output_weights(0, shape.elements())));
    tape.backward({y[2]});
    std::vector<Array> found;
    for (const Var& input : x) found.push_back(array_of(gathered_gradient(input)));
    return found;
  };
  const int threads = omp_get_max_threads();
  omp_set_num_threads(1);
  const std::vector<Array> one = run();
  for (int n : {2, 3, 5}) {
    omp_set_num_threads(n);
    EXPECT_EQ(run(), one) << n << " threads";
  }
  omp_set_num_threads(threads);
}

}  // namespace
}  // namespace storyteller::deferred_gradient_test
