#include "core/parameters.h"

#include <cmath>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/ops/ops.h"

namespace storyteller::parameters_test {
namespace {

constexpr auto kDouble = DType::kFloat64;
const Device kCpu = Device::cpu();

std::vector<double> initialized(const std::string& name, Shape shape, Initializer initializer,
                                uint64_t seed) {
  Parameters parameters;
  parameters.add_group({.name = "all"});
  parameters.declare(name, shape, initializer);
  parameters.allocate(kDouble, kCpu, seed, false);
  return parameters.value(0).to_host<double>();
}

/// encoder (frozen, declared first), decoder (trained), and a buffer.
struct Model {
  Parameters parameters;
  Parameters::Id filter, weight, bias, statistics;

  explicit Model(DType type, bool with_gradients = true, uint64_t seed = 1) {
    parameters.add_group({.name = "encoder", .trainable = false});
    filter = parameters.declare("filter", {3, 5}, Initializer::normal(1));
    statistics = parameters.declare_buffer("mean", {5}, 0.25F);
    parameters.add_group({.name = "decoder", .learning_rate_scale = 0.5F, .weight_decay = 0.1F});
    weight = parameters.declare("weight", {7, 5}, Initializer::uniform(1));
    bias = parameters.declare("bias", {7}, Initializer::constant(3));
    parameters.allocate(type, kCpu, seed, with_gradients);
  }
};

TEST(Parameters, ValuesAreCarvedFromOneBufferAlignedAndPaddedWithZeros) {
  const Model model(DType::kFloat32);
  const Parameters& all = model.parameters;
  std::vector<bool> used(static_cast<size_t>(all.values().elements()), false);
  for (const auto id : {model.filter, model.weight, model.bias}) {
    const Tensor& value = all.value(id);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(value.raw()) % 64, 0U) << all.name(id);
    const int64_t begin = value.data<float>() - all.values().data<float>();
    ASSERT_GE(begin, 0);
    ASSERT_LE(begin + value.elements(), all.values().elements());
    for (int64_t i = begin; i < begin + value.elements(); ++i) {
      EXPECT_FALSE(used[i]) << "two values share element " << i;
      used[i] = true;
    }
  }
  for (size_t i = 0; i < used.size(); ++i) {
    EXPECT_TRUE(used[i] || all.values().data<float>()[i] == 0) << "padding " << i;
  }
}

TEST(Parameters, WithoutASeedEveryValueIsZero) {
  Parameters parameters;
  parameters.add_group({.name = "all"});
  parameters.declare("drawn", {3, 5}, Initializer::normal(1));
  parameters.declare("constant", {7}, Initializer::constant(3));
  parameters.declare_buffer("mean", {5}, 0.25F);
  parameters.allocate(DType::kFloat32, kCpu, std::nullopt, /*with_gradients=*/false);
  for (Parameters::Id id = 0; id < parameters.size(); ++id) {
    for (const float value : parameters.value(id).to_host<float>()) {
      EXPECT_EQ(value, 0) << parameters.name(id);
    }
  }
}

TEST(Parameters, TrainedGroupsComeFirstAndGradientsLieAtEqualOffsets) {
  const Model model(DType::kFloat32);
  const Parameters& all = model.parameters;
  const ParameterGroup &encoder = all.groups()[0], &decoder = all.groups()[1];
  EXPECT_EQ(decoder.begin, 0);
  EXPECT_EQ(decoder.end, encoder.begin);
  EXPECT_EQ(encoder.end, all.values().elements());
  EXPECT_EQ(all.gradients().elements(), decoder.end);
  EXPECT_EQ(decoder.learning_rate_scale, 0.5F);
  EXPECT_EQ(decoder.weight_decay, 0.1F);
  EXPECT_EQ(all.trainable_elements(), 7 * 5 + 7);
  for (const auto id : {model.weight, model.bias}) {
    EXPECT_EQ(accumulated_gradient(all.var(id)).data<float>() - all.gradients().data<float>(),
              all.value(id).data<float>() - all.values().data<float>());
  }
}

TEST(Parameters, FrozenGroupsAndBuffersGetNoGradient) {
  Model model(kDouble);
  Parameters& all = model.parameters;
  EXPECT_FALSE(all.var(model.filter).tracked());
  EXPECT_FALSE(all.var(model.statistics).tracked());
  EXPECT_TRUE(all.is_buffer(model.statistics));
  EXPECT_FALSE(all.is_buffer(model.filter));
  EXPECT_TRUE(all.var(model.weight).tracked());
  Tape tape(Tape::Mode::kTrain);
  const Var x(Tensor::from<double>({1, 5}, {1, 2, 3, 4, 5}));
  EXPECT_FALSE(linear(tape, x, all.var(model.filter), Var()).tracked());
  EXPECT_EQ(tape.recorded_nodes(), 0U);
  EXPECT_TRUE(linear(tape, x, all.var(model.weight), Var()).tracked());
}

TEST(Parameters, BuffersLieInOneTensorWithZerosBetween) {
  Parameters parameters;
  parameters.add_group({.name = "all"});
  const auto mean = parameters.declare_buffer("mean", {5}, 1);
  parameters.declare("weight", {3}, Initializer::constant(2));
  const auto image = parameters.declare_buffer("image", {2, 3}, 4);
  parameters.allocate(DType::kFloat32, kCpu, 1, /*with_gradients=*/true);
  EXPECT_EQ(parameters.value(mean).raw(), parameters.buffers().raw());
  EXPECT_EQ(parameters.buffer_in(parameters.buffers(), image).raw(), parameters.value(image).raw());
  EXPECT_EQ(parameters.value(image).shape(), Shape({2, 3}));
  const std::vector<float> all = parameters.buffers().to_host<float>();
  EXPECT_EQ(std::accumulate(all.begin(), all.end(), 0.0F), 5 * 1 + 6 * 4);
  Parameters none;
  none.add_group({.name = "all"});
  none.declare("weight", {3}, Initializer::constant(2));
  none.allocate(DType::kFloat32, kCpu, 1, /*with_gradients=*/true);
  EXPECT_FALSE(none.buffers());
}

TEST(Parameters, WithoutGradientsNothingIsTracked) {
  const Model model(kDouble, false);
  EXPECT_FALSE(model.parameters.gradients());
  EXPECT_FALSE(model.parameters.var(model.weight).tracked());
}

TEST(Parameters, ForgottenGradientsAreOverwrittenOrCompletedWithZeros) {
  Model model(kDouble);
  Parameters& all = model.parameters;
  const auto fill = [&](double value) {
    for (int64_t i = 0; i < all.gradients().elements(); ++i) {
      all.gradients().data<double>()[i] = value;
    }
  };
  fill(NAN);  // whatever the last step left
  all.forget_gradients();
  EXPECT_FALSE(gathered_gradient(all.var(model.weight)));
  bool accumulate = true;
  const Tensor written = written_gradient(all.var(model.weight), &accumulate);
  EXPECT_FALSE(accumulate);
  for (int i = 0; i < 35; ++i) written.data<double>()[i] = 2;
  all.complete_gradients();
  EXPECT_EQ(gathered_gradient(all.var(model.weight)).to_host<double>(),
            std::vector<double>(35, 2.0));
  EXPECT_EQ(gathered_gradient(all.var(model.bias)).to_host<double>(), std::vector<double>(7, 0.0));
  fill(1);
  all.forget_gradients();
  EXPECT_EQ(accumulated_gradient(all.var(model.bias)).to_host<double>(),
            std::vector<double>(7, 0.0));
  give_gradient(all.var(model.weight), written);  // copied, not adopted: the buffer stays whole
  EXPECT_GE(gathered_gradient(all.var(model.weight)).data<double>(),
            all.gradients().data<double>());
}

TEST(Parameters, AGivenGradientIsCopiedIntoTheBuffer) {
  Model model(kDouble);
  Parameters& all = model.parameters;
  const Tensor buffer = accumulated_gradient(all.var(model.bias));
  all.forget_gradients();
  give_gradient(all.var(model.bias), Tensor::from<double>({7}, {1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(buffer.to_host<double>(), (std::vector<double>{1, 2, 3, 4, 5, 6, 7}));
}

TEST(Parameters, NamesAreUnique) {
  Parameters parameters;
  EXPECT_THROW(parameters.declare("early", {1}, Initializer::constant(0)), InternalError);
  parameters.add_group({.name = "all"});
  parameters.declare("weight", {1}, Initializer::constant(0));
  EXPECT_THROW(parameters.declare("weight", {2}, Initializer::constant(0)), InternalError);
  EXPECT_THROW(parameters.declare_buffer("weight", {2}, 0), InternalError);
  EXPECT_EQ(parameters.find("weight"), 0);
  EXPECT_TRUE(parameters.contains("weight"));
  EXPECT_FALSE(parameters.contains("bias"));
  try {
    parameters.find("bias");
    FAIL() << "no error";
  } catch (const InternalError& error) {
    EXPECT_NE(std::string(error.what()).find("bias"), std::string::npos);
  }
}

TEST(Parameters, VersionMovesWithEveryUpdate) {
  Parameters parameters;
  const uint64_t before = parameters.version();
  EXPECT_GT(before, 0U) << "0 means never packed";
  parameters.bump_version();
  EXPECT_GT(parameters.version(), before);
}

TEST(Initializer, DependsOnSeedAndNameAndIndexAlone) {
  const Initializer normal = Initializer::normal(1);
  const auto weight = initialized("weight", {4, 6}, normal, 1);
  EXPECT_EQ(initialized("weight", {4, 6}, normal, 1), weight);
  EXPECT_NE(initialized("weight", {4, 6}, normal, 2), weight);
  EXPECT_NE(initialized("bias", {4, 6}, normal, 1), weight);
  const auto longer = initialized("weight", {8, 6}, normal, 1);
  EXPECT_EQ(std::vector<double>(longer.begin(), longer.begin() + 24), weight);
  // Neither what else is there nor the element type matters.
  const Model one(kDouble), two(DType::kFloat32);
  EXPECT_EQ(one.parameters.value(one.filter).to_host<double>(),
            initialized("filter", {3, 5}, normal, 1));
  const auto wide = one.parameters.value(one.weight).to_host<double>();
  EXPECT_EQ(two.parameters.value(two.weight).to_host<float>(),
            std::vector<float>(wide.begin(), wide.end()));
}

TEST(Initializer, UniformFillsItsRange) {
  const auto x = initialized("weight", {200, 100}, Initializer::uniform(0.5F), 3);
  double sum = 0, square = 0, largest = 0;
  for (double value : x) {
    sum += value;
    square += value * value;
    largest = std::max(largest, std::abs(value));
  }
  const auto n = static_cast<double>(x.size());
  EXPECT_NEAR(sum / n, 0, 4 * 0.5 / std::sqrt(3 * n));
  EXPECT_NEAR(square / n, 0.25 / 3, 0.003);
  EXPECT_LT(largest, 0.5);
  EXPECT_GT(largest, 0.499);
}

TEST(Initializer, NormalHasItsMoments) {
  const auto x = initialized("weight", {200, 100}, Initializer::normal(2), 3);
  double sum = 0, square = 0, fourth = 0;
  for (double value : x) {
    sum += value;
    square += value * value;
    fourth += value * value * value * value;
  }
  const auto n = static_cast<double>(x.size());
  EXPECT_NEAR(sum / n, 0, 4 * 2 / std::sqrt(n));
  EXPECT_NEAR(square / n, 4, 4 * 4 * std::sqrt(2 / n));
  EXPECT_NEAR(fourth / n, 3 * 16, 3);
}

TEST(Initializer, OrthogonalBlocksAreOrthogonal) {
  constexpr int64_t kSize = 17;
  const auto q = initialized("weight", {4 * kSize, kSize}, Initializer::orthogonal(), 5);
  for (int64_t block = 0; block < 4; ++block) {
    const double* rows = q.data() + block * kSize * kSize;
    for (int64_t i = 0; i < kSize; ++i) {
      for (int64_t j = 0; j < kSize; ++j) {
        double by_rows = 0, by_columns = 0;
        for (int64_t k = 0; k < kSize; ++k) {
          by_rows += rows[i * kSize + k] * rows[j * kSize + k];
          by_columns += rows[k * kSize + i] * rows[k * kSize + j];
        }
        EXPECT_NEAR(by_rows, i == j ? 1 : 0, 1e-12);
        EXPECT_NEAR(by_columns, i == j ? 1 : 0, 1e-12);
      }
    }
  }
  EXPECT_NE(q[0], q[kSize * kSize]) << "the blocks differ";
}

TEST(Initializer, IdentityBlocksAreTheIdentity) {
  EXPECT_EQ(initialized("weight", {4, 2}, Initializer::identity(), 5),
            (std::vector<double>{1, 0, 0, 1, 1, 0, 0, 1}));
}

TEST(Initializer, SquareBlocksAreWanted) {
  for (const Initializer& how : {Initializer::orthogonal(), Initializer::identity()}) {
    EXPECT_THROW(initialized("weight", {5, 3}, how, 1), InternalError);
    EXPECT_THROW(initialized("weight", {5}, how, 1), InternalError);
  }
}

TEST(Initializer, ForgetGateStartsOpen) {
  EXPECT_EQ(initialized("bias", {8}, Initializer::forget_bias(), 1),
            (std::vector<double>{0, 0, 1, 1, 0, 0, 0, 0}));
}

}  // namespace
}  // namespace storyteller::parameters_test
