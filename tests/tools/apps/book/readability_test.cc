#include "tools/apps/book/readability.h"

#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace storyteller::book::readability_test {
namespace {

/// Words of captions and of glosses, by their syllables in a dictionary's pronunciation.
const std::vector<std::string> kWords = {
    "",
    "a dog cat man boy girl runs jumps plays rides sits stands walks grass tree beach snow street "
    "bike ball horse bird red blue green white black brown large small young old ground house "
    "train plane boat truck road rock wave field food plate cake clock phone wheel shirt hat "
    "dressed "
    "jumped smiled watched looked leashed skates slides waves stage smile whole twelve through "
    "eight school clothes breathe laughs climbs throws stands hike hikes catch bridge bench swings "
    "leaps kick fence shore",
    "person water people table playing running sitting standing riding jumping walking woman "
    "holding little yellow orange purple children building mountain ocean river frisbee baseball "
    "skateboard surfboard playground sidewalk crowded sandy grassy snowy into over under near-by "
    "behind being flying skiing lion giant quiet poet cruel horses benches dishes races bridges "
    "pages cities wooden wanted painted tables bottle puddle puddles jacket helmet sunset kitchen "
    "window striped-shirt beyond beaches boxes purses horseback fireplace sometimes something "
    "skateboards basement baseball homemade climbing throwing swimming catching laughing puppy "
    "kitten sandwich",
    "animal bicycle umbrella elephant camera computer basketball banana video radio piano "
    "vehicle family musical instrument officer together another several stadium museum "
    "creation motorbike library colorful performing exercise firefighter motorcycles-x butterfly "
    "telephone",
    "motorcycle television watermelon caterpillar helicopter university-a"};

TEST(Syllables, AreRightForNineteenOfTwentyWords) {
  std::size_t right = 0, all = 0;
  std::string wrong;
  for (std::size_t count = 1; count < kWords.size(); ++count) {
    std::istringstream words(kWords[count]);
    for (std::string word; words >> word;) {
      if (word.find('-') != std::string::npos) continue;
      ++all;
      if (syllables(word) == static_cast<int>(count)) {
        ++right;
      } else {
        wrong += word + " " + std::to_string(syllables(word)) + "; ";
      }
    }
  }
  EXPECT_GE(all, 200U);
  EXPECT_GE(static_cast<double>(right), 0.95 * static_cast<double>(all)) << wrong;
  RecordProperty("wrong", wrong);
}

TEST(Syllables, OfAnythingAreAtLeastOne) {
  EXPECT_EQ(syllables(""), 1);
  EXPECT_EQ(syllables("7"), 1);
  EXPECT_EQ(syllables("hmm"), 1);
  EXPECT_EQ(syllables("the"), 1);
  EXPECT_EQ(syllables("DOGS!"), 1);
}

TEST(Readability, IsFleschAndKincaids) {
  Readability text;
  EXPECT_EQ(text.grade(), 0);
  text.add_sentence("The dog runs.");  // 3 words, 3 syllables
  EXPECT_NEAR(text.grade(), 0.39 * 3 + 11.8 - 15.59, 1e-9);
  text.add_sentence("A woman is riding a bicycle, too.");  // 7 words, 11 syllables
  EXPECT_EQ(text.words, 10U);
  EXPECT_EQ(text.syllables, 14U);
  EXPECT_NEAR(text.grade(), 0.39 * 5 + 11.8 * 1.4 - 15.59, 1e-9);
  text.remove_sentence("A woman is riding a bicycle, too.");
  EXPECT_EQ(text.words, 3U);
  text.add_sentence("...");
  EXPECT_EQ(text.sentences, 1U) << "marks alone are no sentence";
}

}  // namespace
}  // namespace storyteller::book::readability_test
