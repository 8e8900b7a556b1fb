#include "train/objectives/table.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/temporary_folder.h"
#include "tests/train/tiny_training.h"

namespace storyteller::table_test {
namespace {

class ObjectiveTable : public testing::Test {
 protected:
  std::unique_ptr<Captioner> captioner(bool word_detector) const {
    ModelOptions options;
    options.encoder = "scene_cnn";
    options.decoder.embedding = options.decoder.hidden = options.decoder.attention = 8;
    options.word_detector = word_detector;
    return std::make_unique<Captioner>(options, Vocabulary::build(captions_.word_counts(), 1),
                                       Device::cpu(), 1, true);
  }

  TinyDataset dataset_{TinyDataset::varied_captions(4)};
  CaptionCorpus captions_{dataset_};
  TrainOptions options_;
};

TEST_F(ObjectiveTable, MakesWhatPhasesName) {
  const auto model = captioner(true);
  const Curriculum curriculum = make_curriculum(options_, {.word_detector = true});
  for (const Curriculum::Entry& entry : curriculum.entries()) {
    for (const auto& [name, weight] : entry.phase.objectives) {
      EXPECT_EQ(make_objective(name, {options_, *model, captions_})->name(), name);
    }
  }
}

TEST_F(ObjectiveTable, RefusesWhatItLacks) {
  const auto model = captioner(false);
  const ObjectiveContext context{options_, *model, captions_};
  const auto refusal = [&](const char* name) {
    return message_of<InternalError>([&] { make_objective(name, context); });
  };
  EXPECT_NE(refusal("perplexity").find("perplexity"), std::string::npos);
  EXPECT_NE(refusal("word_detection").find("no word detector"), std::string::npos);
  EXPECT_NE(refusal("distillation").find("no teacher"), std::string::npos);
}

}  // namespace
}  // namespace storyteller::table_test
