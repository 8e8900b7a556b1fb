// METEOR 1.5's own scores, from real data.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/real_data.h"
#include "tests/temporary_folder.h"
#include "tests/train/metrics/published_captions.h"
#include "train/metrics/meteor/meteor.h"

namespace storyteller::meteor_golden_test {
namespace {

/// METEOR 1.5 without paraphrases.
double published(const PublishedCaptions& captions, size_t image) {
  return captions.scores["per_image"][image]["METEOR_nopara"].get<double>();
}

/// How many of the captions score differently, and the mean of the scores.
struct Difference {
  int captions = 0;
  double mean = 0;
};
Difference difference(const PublishedCaptions& captions, const MeteorReferences& references) {
  Difference out;
  for (size_t i = 0; i < captions.hypotheses.size(); ++i) {
    const double score = meteor(references.statistics(i, captions.hypotheses[i]));
    if (std::abs(score - published(captions, i)) > 1e-6) ++out.captions;
    out.mean += score / static_cast<double>(captions.hypotheses.size());
  }
  return out;
}

TEST(MeteorGolden, EqualsTheReferenceOnAHundredCocoCaptions) {
  STORYTELLER_REQUIRE_DATA(path, "metrics/fakecap_100.json");
  STORYTELLER_REQUIRE_DATA(folder, "metrics/meteor");
  const PublishedCaptions captions = coco_captions(path);
  ASSERT_EQ(captions.hypotheses.size(), 100U);
  const auto resources = std::make_shared<const MeteorResources>(MeteorResources::open(folder));
  EXPECT_EQ(resources->description(),
            "METEOR(no-para) with METEOR's synonym sets and function words");
  const MeteorReferences references(captions.references, resources);
  for (size_t i = 0; i < 100; ++i) {
    EXPECT_NEAR(meteor(references.statistics(i, captions.hypotheses[i])), published(captions, i),
                1e-6)
        << i;
  }
}

/// What docs/metrics/meteor.md says of use without METEOR's folder.
TEST(MeteorGolden, WordNetInsteadOfItsSynonymSetsChangesFewCaptions) {
  STORYTELLER_REQUIRE_DATA(path, "metrics/fakecap_100.json");
  STORYTELLER_REQUIRE_DATA(folder, "metrics/meteor");
  if (!std::filesystem::exists(default_wordnet_folder() / "index.noun")) {
    GTEST_SKIP() << "WordNet is absent: install wordnet-base or set STORYTELLER_WORDNET";
  }
  const PublishedCaptions captions = coco_captions(path);
  const auto measure = [&](const std::filesystem::path& function_words) {
    return difference(
        captions,
        MeteorReferences(captions.references,
                         std::make_shared<const MeteorResources>(MeteorResources::from_wordnet(
                             default_wordnet_folder(), {}, function_words))));
  };
  const Difference synonyms_alone = measure(folder / "english.function.words");
  const Difference both = measure({});
  RecordProperty("changed_by_wordnet", synonyms_alone.captions);
  RecordProperty("changed_by_wordnet_and_own_function_words", both.captions);
  // Debian's files hold later corrections, so offsets differ and collide elsewhere.
  EXPECT_LE(synonyms_alone.captions, 3);
  EXPECT_LE(both.captions, 20);
  EXPECT_NEAR(both.mean, synonyms_alone.mean, 2e-3);
}

TEST(MeteorGolden, WorkedExampleWithTheWholeDictionary) {  // docs/metrics/meteor.md
  STORYTELLER_REQUIRE_DATA(folder, "metrics/meteor");
  const MeteorReferences references(
      {{words("a man is riding a bicycle on the road"), words("a cat on a bike")}},
      std::make_shared<const MeteorResources>(MeteorResources::open(folder)));
  EXPECT_NEAR(meteor(references.statistics(0, words("a man rides his bike on the road"))), 0.3507,
              5e-5);
  EXPECT_NEAR(meteor(references.statistics(0, words("a man on a bike"))), 0.3184, 5e-5);
}

TEST(MeteorGolden, NlgEvalExampleNeedsOneParaphrase) {
  STORYTELLER_REQUIRE_DATA(data, "metrics");
  STORYTELLER_REQUIRE_DATA(folder, "metrics/meteor");
  const PublishedCaptions captions = nlg_eval_captions(data);
  ASSERT_EQ(captions.hypotheses.size(), 2U);
  const auto corpus = [&](const std::filesystem::path& table) {
    const MeteorReferences references(
        captions.references,
        std::make_shared<const MeteorResources>(MeteorResources::open(folder, table)));
    MeteorStatistics sum;
    for (size_t i = 0; i < 2; ++i) sum += references.statistics(i, captions.hypotheses[i]);
    return meteor(sum);
  };
  // The published .295797 was made with the table of paraphrases. Of that only one pair matters:
  // "has been" in the second hypothesis is matched with "was". With it alone the score is the
  // published one; without, been and was are synonyms and "has" matches nothing.
  const TemporaryFolder temporary;
  write_text(temporary / "table", "0.1\nhas been\nwas\n");
  EXPECT_NEAR(corpus(temporary / "table"), 0.295797, 1e-6);
  EXPECT_NEAR(corpus({}), 0.282531, 1e-6);
}

}  // namespace
}  // namespace storyteller::meteor_golden_test
