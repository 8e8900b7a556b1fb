// Questions that are made of captions say what the captions say, and words tell nothing by
// themselves.
#include "train/vqa/made/question_maker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/train/data/fake_dataset.h"
#include "train/metrics/wordnet/wordnet.h"

namespace storyteller::question_maker_test {
namespace {

/// Pictures of dogs, then as many of cats.
class AnimalCaptions : public FakeDataset {
 public:
  AnimalCaptions() : FakeDataset(2 * kEach) {}
  static constexpr size_t kEach = 25;
  std::vector<std::string> captions(size_t i) const override {
    if (i >= kEach) return {"Two black cats sleep .", "Two cats are lying on a sofa ."};
    return {"A brown dog is running on the beach .", "A brown dog runs .", "A dog is running ."};
  }
};

class QuestionMaker : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(default_wordnet_folder() / "data.noun")) {
      GTEST_SKIP() << "WordNet is not there";
    }
    questions_ = make_questions(dataset_, 1);
  }
  /// The answer to a question about a picture; "": it is not asked.
  std::string answer(size_t picture, const std::string& text) const {
    for (const PictureQuestion& question : questions_[picture]) {
      if (question.text == text) return question.asked.common_answer;
    }
    return "";
  }

  AnimalCaptions dataset_;
  std::vector<std::vector<PictureQuestion>> questions_;
};

TEST_F(QuestionMaker, AsksWhatCaptionsAgreeOn) {
  EXPECT_EQ(answer(0, "What color is the dog?"), "brown");
  EXPECT_EQ(answer(0, "What is the dog doing?"), "running");
  EXPECT_EQ(answer(30, "How many cats are there?"), "2");
  EXPECT_EQ(answer(30, "What color is the cats?"), "");  // one caption alone says it
}

TEST_F(QuestionMaker, EachWordIsAsOftenThereAsNot) {
  std::map<std::string, std::pair<int, int>> answers;
  for (size_t i = 0; i < questions_.size(); ++i) {
    for (const PictureQuestion& question : questions_[i]) {
      if (question.asked.answer_type != "yes/no") continue;
      const bool yes = question.asked.common_answer == "yes";
      ++(yes ? answers[question.text].first : answers[question.text].second);
      const bool dog = question.text == "Is there a dog?";
      if (dog) {
        EXPECT_EQ(yes, i < AnimalCaptions::kEach) << i;
      }
    }
  }
  EXPECT_GT(answers["Is there a dog?"].first, 0);
  for (const auto& [text, count] : answers) EXPECT_EQ(count.first, count.second) << text;
}

TEST_F(QuestionMaker, APictureOfManyThingsIsAskedForFew) {
  std::vector<std::vector<std::string>> captions(
      25, {"A dog and a ball on a boat .", "A dog , a ball and a bench on a boat .", "A bench ."});
  captions.insert(captions.end(), 100, {"A horse .", "A horse ."});
  size_t most = 0;
  for (const auto& asked : make_questions(ListedCaptions(captions), 1)) {
    const auto yes = std::count_if(asked.begin(), asked.end(), [](const PictureQuestion& question) {
      return question.asked.common_answer == "yes";
    });
    most = std::max(most, static_cast<size_t>(yes));
  }
  EXPECT_EQ(most, 2U);
}

TEST_F(QuestionMaker, IsAFunctionOfTheSeed) {
  const auto again = make_questions(dataset_, 1);
  for (size_t i = 0; i < again.size(); ++i) {
    ASSERT_EQ(again[i].size(), questions_[i].size());
    for (size_t q = 0; q < again[i].size(); ++q) {
      EXPECT_EQ(again[i][q].text, questions_[i][q].text);
    }
  }
}

}  // namespace
}  // namespace storyteller::question_maker_test
