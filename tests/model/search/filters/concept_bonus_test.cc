#include "model/search/filters/concept_bonus.h"

#include <gtest/gtest.h>

namespace storyteller::concept_bonus_test {
namespace {

// Words 4 and 5 name concept 1, word 6 names concept 0.
const std::vector<int> kOfWord = {-1, -1, -1, -1, 1, 1, 0, -1};

TEST(ConceptBonus, RaisesWordsThatAreSeenAndWereNotSaid) {
  const SeenConcepts seen = {{{.number = 0, .p = 0.5F}},
                             {{.number = 1, .p = 1}, {.number = 0, .p = 0.25F}}};
  const auto filter = concept_bonus(2, seen, kOfWord);
  const Tensor logits = Tensor::from({4, 8}, std::vector<float>(32, 1.0F));
  const std::vector<int32_t> dogs = {7, 5};
  const HypothesisView rows[] = {{.image = 0, .words = {}},
                                 {.image = 1, .words = {}},
                                 {.image = 1, .words = dogs},
                                 {.image = 0, .words = dogs}};
  filter->apply(logits, rows);
  EXPECT_EQ(logits.to_host<float>(),
            (std::vector<float>{1, 1, 1, 1, 1, 1, 2,    1,  //
                                1, 1, 1, 1, 3, 3, 1.5F, 1,  //
                                1, 1, 1, 1, 1, 1, 1.5F, 1,  // "dogs" was said
                                1, 1, 1, 1, 1, 1, 2,    1}));
}

}  // namespace
}  // namespace storyteller::concept_bonus_test
