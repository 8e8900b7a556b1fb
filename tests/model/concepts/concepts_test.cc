#include "model/concepts/concepts.h"

#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "core/error.h"
#include "kernels/philox.h"

namespace storyteller::concepts_test {
namespace {

constexpr int64_t kPictures = 2, kRegions = 3, kWidth = 4, kInputs = 2;

ConceptTable table() {
  // Five classes: two kinds of dogs, of which one is an animal, too; a bus; two without a word.
  return {.words = {"dog", "animal", "bus"}, .of_class = {{0}, {0, 1}, {}, {2}, {}}};
}

std::vector<double> draws(uint64_t key, int64_t count) {
  std::vector<double> values;
  for (int64_t i = 0; i < count; ++i) {
    values.push_back(2 * uniform01(philox(key, 0, static_cast<uint64_t>(i))[0]) - 1);
  }
  return values;
}

/// In double, with random values.
class SmallConcepts {
 public:
  explicit SmallConcepts(double threshold = 0, ConceptTable table = concepts_test::table()) {
    parameters_.add_group({.name = "decoder"});
    concepts_ = std::make_unique<Concepts>(
        ConceptOptions{.count = 9, .inputs = kInputs, .threshold = threshold}, std::move(table),
        kWidth, parameters_);
    parameters_.allocate(DType::kFloat64, Device::cpu(), 1, /*with_gradients=*/true);
    for (Parameters::Id id = 0; id < parameters_.size(); ++id) {
      const Tensor& value = parameters_.value(id);
      value.copy_from_host(draws(10 + static_cast<uint64_t>(id), value.elements()).data());
    }
    parameters_.bump_version();
  }

  const Concepts& operator*() const { return *concepts_; }
  const Concepts* operator->() const { return concepts_.get(); }
  Parameters& parameters() { return parameters_; }
  std::vector<double> values(const char* name) {
    return parameters_.value(parameters_.find(name)).to_host<double>();
  }

 private:
  Parameters parameters_;
  std::unique_ptr<Concepts> concepts_;
};

Tensor features() {
  return Tensor::from({kPictures, kRegions, kWidth}, draws(3, kPictures * kRegions * kWidth));
}

TEST(Concepts, StandBehindTheRegionsAsRowsOfTheirEmbedding) {
  SmallConcepts concepts;
  const SeenConcepts seen = {{{.number = 2, .p = 0.5F}},
                             {{.number = 0}, {.number = 1, .p = 0.25F}}};
  Tape tape(Tape::Mode::kInfer);
  const Tensor both = concepts->beside(tape, Var(features()), seen).value();
  ASSERT_EQ(both.shape(), (Shape{kPictures, kRegions + kInputs, kWidth}));
  const std::vector<double> x = both.to_host<double>(), regions = features().to_host<double>(),
                            embedding = concepts.values("concepts.embedding");
  for (size_t i = 0; i < kPictures; ++i) {
    for (size_t l = 0; l < kRegions + kInputs; ++l) {
      for (size_t d = 0; d < kWidth; ++d) {
        double wanted = 0;  // no further concept was seen
        if (l < kRegions) {
          wanted = regions[(i * kRegions + l) * kWidth + d];
        } else if (l - kRegions < seen[i].size()) {
          const SeenConcept& one = seen[i][l - kRegions];
          wanted = one.p * embedding[static_cast<size_t>(one.number) * kWidth + d];
        }
        EXPECT_EQ(x[(i * (kRegions + kInputs) + l) * kWidth + d], wanted) << i << ' ' << l;
      }
    }
  }
  EXPECT_THROW(concepts->beside(tape, Var(features()), {{}}), InternalError);
  const std::vector<SeenConcept> three(3);
  EXPECT_THROW(concepts->beside(tape, Var(features()), {three, {}}), InternalError);
}

/// sigmoid(W mean + b) or, where that is greater, the sum of softmax(W' mean + b') over its
/// classes.
TEST(Concepts, AreAsProbableAsDetectorOrClassifierSay) {
  SmallConcepts concepts;
  const std::vector<float> p = concepts->probabilities(features());
  const std::vector<double> x = features().to_host<double>();
  const auto weight = concepts.values("concepts.weight"), bias = concepts.values("concepts.bias"),
             class_weight = concepts.values("classifier.weight"),
             class_bias = concepts.values("classifier.bias");
  bool detector_wins = false, classifier_wins = false;
  for (size_t i = 0; i < kPictures; ++i) {
    const auto score = [&](const std::vector<double>& w, const std::vector<double>& b, size_t row) {
      double sum = b[row];
      for (size_t l = 0; l < kRegions; ++l) {
        for (size_t d = 0; d < kWidth; ++d) {
          sum += w[row * kWidth + d] * x[(i * kRegions + l) * kWidth + d] / kRegions;
        }
      }
      return sum;
    };
    std::vector<double> exponentials;
    double sum = 0;
    for (size_t c = 0; c < 5; ++c) {
      exponentials.push_back(std::exp(score(class_weight, class_bias, c)));
      sum += exponentials.back();
    }
    const double of_classes[] = {(exponentials[0] + exponentials[1]) / sum, exponentials[1] / sum,
                                 exponentials[3] / sum};
    for (size_t k = 0; k < 3; ++k) {
      const double detected = 1 / (1 + std::exp(-score(weight, bias, k)));
      EXPECT_NEAR(p[i * 3 + k], std::max(detected, of_classes[k]), 1e-6) << i << ' ' << k;
      (detected > of_classes[k] ? detector_wins : classifier_wins) = true;
    }
  }
  EXPECT_TRUE(detector_wins);
  EXPECT_TRUE(classifier_wins);
}

TEST(Concepts, OfAPictureTheMostProbableAboveTheThresholdAreSeen) {
  SmallConcepts all;
  const std::vector<float> p = all->probabilities(features());
  std::vector<float> sorted(p.begin(), p.begin() + 3);
  std::ranges::sort(sorted, std::ranges::greater{});
  const SeenConcepts two = all->detect(features());
  ASSERT_EQ(two.size(), static_cast<size_t>(kPictures));
  ASSERT_EQ(two[0].size(), static_cast<size_t>(kInputs));
  EXPECT_EQ(two[0][0].p, sorted[0]);
  EXPECT_EQ(two[0][1].p, sorted[1]);
  for (const SeenConcept& one : two[0]) {
    EXPECT_EQ(one.p, p[static_cast<size_t>(one.number)]);
  }
  SmallConcepts sure((sorted[0] + sorted[1]) / 2.0);
  EXPECT_EQ(sure->detect(features())[0], std::vector<SeenConcept>{two[0][0]});
}

/// Against central differences, of all elements of a parameter.
void expect_gradient(const char* name, const std::function<Var(Tape&, const Concepts&)>& loss) {
  SmallConcepts concepts;
  Parameters& parameters = concepts.parameters();
  const Parameters::Id id = parameters.find(name);
  Tape tape(Tape::Mode::kTrain);
  parameters.forget_gradients();
  tape.backward({loss(tape, *concepts)});
  parameters.complete_gradients();
  const std::vector<double> gradient = gathered_gradient(parameters.var(id)).to_host<double>();
  const Tensor& value = parameters.value(id);
  constexpr double kStep = 1e-5;
  double largest = 0;
  for (size_t n = 0; n < gradient.size(); ++n) {
    const auto at = [&](double shift) {
      std::vector<double> x = value.to_host<double>(), moved = x;
      moved[n] += shift;
      value.copy_from_host(moved.data());
      Tape infer(Tape::Mode::kInfer);
      const double result = to_host_scalar(loss(infer, *concepts).value());
      value.copy_from_host(x.data());
      return result;
    };
    const double wanted = (at(kStep) - at(-kStep)) / (2 * kStep);
    EXPECT_NEAR(gradient[n], wanted, 1e-8) << name << ' ' << n;
    largest = std::max(largest, std::abs(gradient[n]));
  }
  EXPECT_GT(largest, 1e-3);
}

TEST(Concepts, GradientOfTheEmbeddingIsThatOfItsRows) {
  const SeenConcepts seen = {{{.number = 1, .p = 0.5F}, {.number = 2}}, {{.number = 1}}};
  expect_gradient("concepts.embedding", [&](Tape& tape, const Concepts& concepts) {
    const Var x = concepts.beside(tape, Var(features()), seen);
    return word_presence_loss(tape, x, Tensor::from({kPictures, kWidth}, draws(5, 8)),
                              Tensor::from({kWidth}, std::vector<double>(kWidth, 1)), 2);
  });
}

TEST(Concepts, GradientOfTheDetectorIsThatOfItsScores) {
  for (const char* name : {"concepts.weight", "concepts.bias"}) {
    expect_gradient(name, [&](Tape& tape, const Concepts& concepts) {
      const Var x = reshape(tape, concepts.scores(tape, Var(features())), {kPictures, 1, 3});
      return word_presence_loss(tape, x, Tensor::from({kPictures, 3}, draws(5, 6)),
                                Tensor::from({3}, std::vector<double>(3, 1)), 1);
    });
  }
}

TEST(Concepts, TablesAreReadAsTheyWereWritten) {
  const ConceptTable with_classes = table(), without = {.words = {"a dog"}};
  EXPECT_EQ(concept_table_from_json(to_json(with_classes), "f"), with_classes);
  EXPECT_EQ(concept_table_from_json(to_json(without), "f"), without);
  for (const char* damaged :
       {"", "[]", "{\"words\": []}", "{\"words\": [\"a\", \"a\"]}",
        R"({"words": ["a"], "of_class": [[1]]})", R"({"words": ["a"], "of_class": [[-1]]})",
        R"({"words": ["a"], "of_class": "x"})"}) {
    EXPECT_THROW(concept_table_from_json(damaged, "f"), ModelError) << damaged;
  }
}

TEST(Concepts, APluralNamesTheSameConcept) {
  const Vocabulary vocabulary(
      {"<pad>", "<start>", "<end>", "<unk>", "cars", "car", "a", "dog", "dogs"});
  const std::vector<int> numbers = concepts_of_words({.words = {"dog", "cars"}}, vocabulary);
  EXPECT_EQ(numbers, (std::vector<int>{-1, -1, -1, -1, 1, 1, -1, 0, 0}));
}

}  // namespace
}  // namespace storyteller::concepts_test
