#include "train/metrics/statistics/bias.h"

#include <gtest/gtest.h>

#include <cmath>

namespace storyteller::bias_test {
namespace {

Gender gender(const std::string& caption) { return gender_of(ptb_tokenize(caption)); }

TEST(GenderBias, WordsTellTheGenderOfACaption) {
  EXPECT_EQ(gender("A woman rides her bike."), Gender::kFemale);
  EXPECT_EQ(gender("The girl's dog"), Gender::kFemale);
  EXPECT_EQ(gender("A policeman and a person"), Gender::kMale);
  EXPECT_EQ(gender("A man and a woman"), Gender::kBoth);
  EXPECT_EQ(gender("Two people and a dog"), Gender::kNeutral);
  EXPECT_EQ(gender("A surfer on a wave"), Gender::kNeutral);
  EXPECT_EQ(gender("A dog in the mangrove"), Gender::kNoPerson);
  EXPECT_EQ(gender(""), Gender::kNoPerson);
}

TEST(GenderBias, ObjectsAreNamedOnceByTheirCategory) {
  const auto objects = [](const std::string& caption) { return objects_of(ptb_tokenize(caption)); };
  using Names = std::vector<std::string_view>;
  EXPECT_EQ(objects("Two bikes and a bicycle near the traffic light"),
            (Names{"bicycle", "traffic light"}));
  EXPECT_EQ(objects("a hot dog"), (Names{"hot dog"}));
  EXPECT_EQ(objects("a hot day, a dog"), (Names{"dog"}));
  EXPECT_EQ(objects("an orange wall"), Names{});
  EXPECT_EQ(objects(""), Names{});
}

/// Four pictures: women (2), a man, nobody that the references agree on.
class Bias : public testing::Test {
 protected:
  static GenderBias of(const std::vector<std::string>& captions) {
    const TokenizedReferences references =
        ptb_tokenize_references({{"A woman sits.", "A person sits."},
                                 {"A girl runs."},
                                 {"A man sleeps.", "Somebody sleeps.", "A bed."},
                                 {"A man.", "A woman."}});
    std::vector<Hypothesis> hypotheses;
    for (size_t i = 0; i < captions.size(); ++i) {
      hypotheses.push_back({i, ptb_tokenize(captions[i])});
    }
    return gender_bias(hypotheses, references);
  }
};

TEST_F(Bias, WorkedByHand) {
  const GenderBias bias = of({"a man sits", "a girl runs", "a person", "a woman"});
  EXPECT_EQ(bias.female.captions, 2U);
  EXPECT_EQ(bias.female.wrong, 1U);
  EXPECT_EQ(bias.male.captions, 1U);
  EXPECT_EQ(bias.male.said.neutral, 1U);
  EXPECT_DOUBLE_EQ(bias.error_rate(), 1.0 / 3);
  EXPECT_DOUBLE_EQ(bias.neutral_rate(), 1.0 / 3);
  // References of the three: woman, person, girl, man, somebody, (bed).
  EXPECT_DOUBLE_EQ(bias.reference_neutral_rate(), 2.0 / 6);
  EXPECT_DOUBLE_EQ(bias.caption_ratio(), 2.0 / 1);
  EXPECT_DOUBLE_EQ(bias.reference_ratio(), 3.0 / 2);
  EXPECT_TRUE(bias.objects.empty());
  EXPECT_TRUE(std::isnan(bias.amplification()));
}

TEST_F(Bias, ErrorsAboutWomenAndMenAreAdded) {
  const GenderBias bias = of({"a man sits", "a girl runs", "a woman sleeps", "a woman"});
  EXPECT_EQ(bias.male.wrong, 1U);
  EXPECT_DOUBLE_EQ(bias.error_rate(), 2.0 / 3);
}

TEST_F(Bias, AlwaysNeutralMakesNoErrorAndShowsAsNeutral) {
  const GenderBias bias = of({"a person", "a person", "a person", "a person"});
  EXPECT_EQ(bias.error_rate(), 0);
  EXPECT_EQ(bias.neutral_rate(), 1);
  EXPECT_TRUE(std::isnan(bias.caption_ratio()));
}

TEST(GenderBias, AmplificationWorkedByHand) {
  // References: 20 sentences with a ball, 12 of men (.6); 10 with a cat, 7 of women (.7); 9 with a
  // dog: too few. Captions: ball 9 of 10 with men (.9), cat 6 of 12 with women (.5).
  TokenizedReferences references(1);
  std::vector<Hypothesis> hypotheses;
  const auto add = [&](size_t count, const std::string& sentence, bool caption) {
    for (size_t i = 0; i < count; ++i) {
      if (caption) {
        hypotheses.push_back({0, ptb_tokenize(sentence)});
      } else {
        references[0].push_back(ptb_tokenize(sentence));
      }
    }
  };
  add(12, "a man with a ball", false);
  add(8, "a woman with balls", false);
  add(7, "a woman and her cat", false);
  add(3, "a man and his cat", false);
  add(9, "a man with a dog", false);
  add(30, "a person with a ball", false);
  add(30, "a man and a woman with a ball", false);
  add(9, "a man with a ball", true);
  add(1, "a woman with a ball", true);
  add(6, "a girl with a cat", true);
  add(6, "a boy with a cat", true);
  add(20, "a man with a dog", true);
  const GenderBias bias = gender_bias(hypotheses, references);
  ASSERT_EQ(bias.objects.size(), 2U);
  EXPECT_EQ(bias.objects[0].object, "ball");
  EXPECT_FALSE(bias.objects[0].female);
  EXPECT_DOUBLE_EQ(bias.objects[0].reference_share, 0.6);
  EXPECT_DOUBLE_EQ(bias.objects[0].caption_share, 0.9);
  EXPECT_EQ(bias.objects[1].object, "cat");
  EXPECT_TRUE(bias.objects[1].female);
  EXPECT_NEAR(bias.objects[1].amplification(), -0.2, 1e-12);
  EXPECT_NEAR(bias.amplification(), 0.05, 1e-12);
}

}  // namespace
}  // namespace storyteller::bias_test
