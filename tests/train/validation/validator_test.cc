#include "train/validation/validator.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/temporary_folder.h"
#include "tests/train/tiny_training.h"

namespace storyteller::validator_test {
namespace {

class ValidatorTest : public testing::Test {
 protected:
  ValidatorTest() {
    ModelOptions model;
    model.encoder = "scene_cnn";
    model.decoder.embedding = model.decoder.hidden = model.decoder.attention = 8;
    captioner_ = std::make_unique<Captioner>(model, Vocabulary::build(captions_.word_counts(), 1),
                                             Device::cpu(), 1, true);
  }

  ValidationSet data() const { return {.name = "", .dataset = dataset_, .captions = captions_}; }
  EncodedPictures pictures() { return {dataset_, *captioner_, 0, bad_}; }

  TinyDataset dataset_{TinyDataset::varied_captions(6)};
  CaptionCorpus captions_{dataset_};
  TrainOptions options_;
  BadPictures bad_;
  std::unique_ptr<Captioner> captioner_;
};

TEST_F(ValidatorTest, ScoresAsIfTheReferencesWerePreparedEachTime) {
  options_.validation_images = 4;
  Validator validator(options_, *captioner_, data());
  EXPECT_EQ(validator.pictures(), 4U);
  EncodedPictures source = pictures();
  size_t told = 0;
  const auto captions = validator.caption(source, [&](size_t done, size_t total) {
    told = done;
    EXPECT_EQ(total, 4U);
  });
  EXPECT_EQ(told, 4U);
  ASSERT_EQ(captions.size(), 4U);
  std::vector<Caption> others = captions;
  std::swap(others[0], others[1]);
  others[2].words = captioner_->vocabulary().encode(captions_.tokens(captions_.first_of_image(2)));
  for (const auto& said : {captions, others, captions}) {
    const CaptionScores scores = validator.score(said);
    const CaptionScores anew = score_against(*captioner_, said, captions_, {});
    EXPECT_EQ(named_scores(scores), named_scores(anew));
    EXPECT_EQ(scores.distinct_captions, anew.distinct_captions);
  }
}

TEST_F(ValidatorTest, LossOfAModelThatGuessesIsThatOfItsWords) {
  const Validator validator(options_, *captioner_, data());
  EncodedPictures source = pictures();
  const double guess = validator.loss(source).value();
  EXPECT_NEAR(guess, std::log(captioner_->vocabulary().size()), 0.5);
}

TEST_F(ValidatorTest, WantsTheMetricThatSelects) {
  options_.metrics = "bleu";
  const std::string message =
      message_of<UsageError>([&] { Validator(options_, *captioner_, data()); });
  EXPECT_NE(message.find("cider"), std::string::npos) << message;
}

}  // namespace
}  // namespace storyteller::validator_test
