// The network that answers questions is that of its formulas, and its gradient that of its loss.
#include "model/vqa/stacked_attention.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "kernels/philox.h"

namespace storyteller::stacked_attention_test {
namespace {

using Array = std::vector<double>;

constexpr int64_t kPictures = 2, kRegions = 3, kWidth = 4, kWords = 9, kAnswers = 5;
// Questions by falling length, <start> first, and the pictures that they are of.
const std::vector<std::vector<int32_t>> kQuestions = {
    {1, 4, 7, 8, 5}, {1, 6, 4}, {1, 5, 8}, {1, 7}};
const std::vector<int32_t> kImages = {1, 0, 1, 0};
const std::vector<int32_t> kAsked = {3, 0, 4, 1};

Array draws(uint64_t key, int64_t count, double range) {
  Array values;
  for (int64_t i = 0; i < count; ++i) {
    values.push_back(range * (2 * uniform01(philox(key, 0, static_cast<uint64_t>(i))[0]) - 1));
  }
  return values;
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

/// The formulas of stacked_attention.h for one question, as plainly as can be.
class Reference {
 public:
  Reference(const VqaOptions& options, const Parameters& parameters)
      : options_(options), parameters_(parameters) {}

  Array logits(std::vector<Array> regions, const std::vector<int32_t>& question) const {
    for (Array& region : regions) {
      region = plus(product("vqa.region.weight", region), value("vqa.region.bias"));
      for (double& x : region) x = std::tanh(x);
    }
    Array u = question_vector(question);
    for (int64_t k = 1; k <= options_.hops; ++k) {
      const std::string hop = "vqa.hop" + std::to_string(k);
      const Array query = product(hop + ".query.weight", u), score = value(hop + ".score.weight");
      Array weights;
      double sum = 0;
      for (const Array& region : regions) {
        const Array key = plus(product(hop + ".key.weight", region), value(hop + ".key.bias"));
        double e = 0;
        for (size_t a = 0; a < key.size(); ++a) e += score[a] * std::tanh(key[a] + query[a]);
        weights.push_back(std::exp(e));
        sum += weights.back();
      }
      Array seen(u.size(), 0.0);
      for (size_t l = 0; l < regions.size(); ++l) {
        for (size_t h = 0; h < seen.size(); ++h) seen[h] += weights[l] / sum * regions[l][h];
      }
      for (size_t h = 0; h < u.size(); ++h) {
        u[h] = options_.fusion == VqaFusion::kSum ? seen[h] + u[h] : (1 + seen[h]) * (1 + u[h]) - 1;
      }
    }
    return plus(product("vqa.answer.weight", u), value("vqa.answer.bias"));
  }

 private:
  Array value(const std::string& name) const {
    return parameters_.value(parameters_.find(name)).to_host<double>();
  }
  static Array plus(Array a, const Array& b) {
    for (size_t i = 0; i < a.size(); ++i) a[i] += b[i];
    return a;
  }
  Array product(const std::string& name, const Array& x) const {
    const Array weight = value(name);
    Array y(weight.size() / x.size(), 0.0);
    for (size_t n = 0; n < y.size(); ++n) {
      for (size_t k = 0; k < x.size(); ++k) y[n] += weight[n * x.size() + k] * x[k];
    }
    return y;
  }
  Array question_vector(const std::vector<int32_t>& question) const {
    const auto H = static_cast<size_t>(options_.hidden);
    const Array table = value("vqa.embedding.weight");
    Array h(H, 0.0), c(H, 0.0);
    for (const int32_t id : question) {
      const auto row = table.begin() + id * options_.embedding;
      const Array word(row, row + options_.embedding);
      Array gates = plus(product("vqa.lstm.word.weight", word), value("vqa.lstm.bias"));
      gates = plus(gates, product("vqa.lstm.hidden.weight", h));
      for (size_t j = 0; j < H; ++j) {
        c[j] = sigmoid(gates[H + j]) * c[j] + sigmoid(gates[j]) * std::tanh(gates[2 * H + j]);
        h[j] = sigmoid(gates[3 * H + j]) * std::tanh(c[j]);
      }
    }
    return h;
  }

  VqaOptions options_;
  const Parameters& parameters_;
};

/// A small network in double, with random values, that is asked the questions above.
class SmallNetwork {
 public:
  explicit SmallNetwork(const VqaOptions& options) : options_(options) {
    parameters_.add_group({.name = "decoder"});
    network_ = std::make_unique<StackedAttention>(options, kWords, kWidth, kAnswers, parameters_);
    parameters_.allocate(DType::kFloat64, Device::cpu(), 1, true);
    for (Parameters::Id id = 0; id < parameters_.size(); ++id) {
      const Tensor& value = parameters_.value(id);
      value.copy_from_host(draws(500 + static_cast<uint64_t>(id), value.elements(), 0.9).data());
    }
    parameters_.bump_version();
    features_ = Tensor::from({kPictures, kRegions, kWidth},
                             draws(7, kPictures * kRegions * kWidth, 1.5), Device::cpu());
    std::vector<int32_t> words;
    offset_ = {0};
    for (size_t t = 0; t < kQuestions[0].size(); ++t) {
      for (size_t b = 0; b < kQuestions.size() && t < kQuestions[b].size(); ++b) {
        words.push_back(kQuestions[b][t]);
      }
      offset_.push_back(std::ssize(words));
    }
    words_ = Tensor::from({std::ssize(words)}, words, Device::cpu());
    asked_ = Tensor::from({std::ssize(kAsked)}, kAsked, Device::cpu());
    map_ = make_row_map(kImages, kPictures, Device::cpu());
  }

  Parameters& parameters() { return parameters_; }
  const Tensor& features() const { return features_; }

  Var logits() {
    tape_.reset();
    parameters_.forget_gradients();
    network_->refresh();
    input_ = tape_.output(features_, true);
    return network_->answer(tape_, loop_, network_->prepare(tape_, input_),
                            {.words = words_, .rows = {offset_.data(), std::ssize(offset_) - 1}},
                            map_);
  }
  double loss(bool backward) {
    const Var loss = cross_entropy(tape_, logits(), asked_, {}, 0, 0, kAnswers);
    const double value = loss.value().to_host<double>()[0];
    if (backward) {
      tape_.backward({loss});
      parameters_.complete_gradients();
    }
    return value;
  }
  Array feature_gradient() { return gathered_gradient(input_).to_host<double>(); }
  Array reference(size_t question) const {
    const Array features = features_.to_host<double>();
    std::vector<Array> regions;
    for (int64_t l = 0; l < kRegions; ++l) {
      const auto first = features.begin() + (kImages[question] * kRegions + l) * kWidth;
      regions.emplace_back(first, first + kWidth);
    }
    return Reference(options_, parameters_).logits(regions, kQuestions[question]);
  }
  Array alpha(size_t hop) const { return loop_.hops[hop].alpha.value().to_host<double>(); }

 private:
  VqaOptions options_;
  Parameters parameters_;
  std::unique_ptr<StackedAttention> network_;
  Tensor features_, words_, asked_;
  std::vector<int64_t> offset_;
  RowMap map_;
  StackedAttention::Loop loop_;
  Tape tape_{Tape::Mode::kTrain};
  Var input_;
};

class StackedAttentionKinds : public testing::TestWithParam<VqaFusion> {
 protected:
  static VqaOptions options() {
    return {.embedding = 5, .hidden = 6, .attention = 4, .hops = 2, .fusion = GetParam()};
  }
};

TEST_P(StackedAttentionKinds, LogitsAreThoseOfTheFormulas) {
  SmallNetwork network(options());
  const Array logits = network.logits().value().to_host<double>();
  const size_t width = logits.size() / kQuestions.size();
  for (size_t q = 0; q < kQuestions.size(); ++q) {
    const Array wanted = network.reference(q);
    for (size_t a = 0; a < wanted.size(); ++a) {
      EXPECT_NEAR(logits[q * width + a], wanted[a], 1e-12) << "question " << q << ", answer " << a;
    }
  }
  for (size_t hop = 0; hop < 2; ++hop) {
    const Array alpha = network.alpha(hop);
    for (size_t q = 0; q < kQuestions.size(); ++q) {
      double sum = 0;
      for (int64_t l = 0; l < kRegions; ++l) sum += alpha[q * kRegions + static_cast<size_t>(l)];
      EXPECT_NEAR(sum, 1, 1e-12);
    }
  }
}

TEST_P(StackedAttentionKinds, GradientIsThatOfTheLoss) {
  SmallNetwork network(options());
  network.loss(/*backward=*/true);
  const auto check = [&](const std::string& name, const Tensor& value, const Array& gradient) {
    Array x = value.to_host<double>();
    constexpr double kStep = 1e-5;
    for (size_t i = 0; i < x.size(); ++i) {
      const auto at = [&](double moved) {
        Array other = x;
        other[i] += moved;
        value.copy_from_host(other.data());
        network.parameters().bump_version();
        return network.loss(/*backward=*/false);
      };
      const double difference = (at(kStep) - at(-kStep)) / (2 * kStep);
      EXPECT_NEAR(gradient[i], difference, 1e-7) << name << "[" << i << "]";
    }
    value.copy_from_host(x.data());
  };
  Parameters& parameters = network.parameters();
  std::vector<Array> gradients;
  for (Parameters::Id id = 0; id < parameters.size(); ++id) {
    gradients.push_back(gathered_gradient(parameters.var(id)).to_host<double>());
  }
  const Array of_features = network.feature_gradient();
  for (Parameters::Id id = 0; id < parameters.size(); ++id) {
    check(parameters.name(id), parameters.value(id), gradients[static_cast<size_t>(id)]);
  }
  check("features", network.features(), of_features);
}

INSTANTIATE_TEST_SUITE_P(Fusions, StackedAttentionKinds,
                         testing::Values(VqaFusion::kSum, VqaFusion::kProduct),
                         [](const auto& fusion) {
                           return fusion.param == VqaFusion::kSum ? "Sum" : "Product";
                         });

TEST(StackedAttention, TheBlindSeeNothing) {
  SmallNetwork network({.embedding = 5, .hidden = 6, .attention = 4, .hops = 2, .blind = true});
  const Array before = network.logits().value().to_host<double>();
  network.features().copy_from_host(draws(8, network.features().elements(), 1).data());
  EXPECT_EQ(network.logits().value().to_host<double>(), before);
}

}  // namespace
}  // namespace storyteller::stacked_attention_test
