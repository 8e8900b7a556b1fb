#include "model/search/filters/concept_doubt.h"

#include <gtest/gtest.h>

#include <cmath>

namespace storyteller::concept_doubt_test {
namespace {

// Words 4 and 5 name concept 1, word 6 names concept 0; none names concept 2.
const std::vector<int> kOfWord = {-1, -1, -1, -1, 1, 1, 0, -1};

TEST(ConceptDoubt, LowersWordsForWhatIsNotSeen) {
  const std::vector<float> probabilities = {0.5F, 0.01F, 0.9F, 0.003F, 0.25F, 0};
  const auto filter = concept_doubt(2, 0.25, probabilities, 3, kOfWord);
  const Tensor logits = Tensor::from({3, 8}, std::vector<float>(24, 1.0F));
  const HypothesisView rows[] = {{.image = 1}, {.image = 0}, {.image = 1}};
  filter->apply(logits, rows);
  const auto improbable = static_cast<float>(1 - 2 * std::log(0.25 / 0.01)),
             never = static_cast<float>(1 - 2 * std::log(0.25 / 0.003));
  const std::vector<float> expected = {1, 1, 1, 1, 1,          1,          never, 1,  //
                                       1, 1, 1, 1, improbable, improbable, 1,     1,  //
                                       1, 1, 1, 1, 1,          1,          never, 1};
  const std::vector<float> lowered = logits.to_host<float>();
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(lowered[i], expected[i], 1e-5) << i;
}

// A detector that is quite sure that something is not there still leaves a number.
TEST(ConceptDoubt, OfNothingIsFinite) {
  const std::vector<float> probabilities = {0};
  const std::vector<int> of_word = {-1, 0};
  const auto filter = concept_doubt(1, 0.3, probabilities, 1, of_word);
  const Tensor logits = Tensor::from({1, 2}, std::vector<float>{0, 0});
  const HypothesisView rows[] = {{.image = 0}};
  filter->apply(logits, rows);
  EXPECT_EQ(logits.to_host<float>()[0], 0);
  EXPECT_NEAR(logits.to_host<float>()[1], -std::log(0.3 / 1e-6), 1e-4);
}

}  // namespace
}  // namespace storyteller::concept_doubt_test
