// What `ask` answers is what training and evaluation answer.
#include "tools/apps/ask/asker.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/error.h"
#include "core/serialization/safetensors_writer.h"
#include "tests/temporary_folder.h"
#include "tests/train/vqa/color_questions.h"
#include "train/session/training_session.h"
#include "train/vqa/answering.h"

namespace storyteller::asker_test {
namespace {

TEST(Asker, AnswersAsEvaluationDoes) {
  const TemporaryFolder folder;
  write_color_questions(folder / "data");
  const std::string data = "easy-vqa:" + (folder / "data").string();
  TrainingSession session({.data = data, .run_folder = folder / "run", .cache = folder / "cache"});
  for (const char* setting : {"epochs=1", "batch_size=12", "vqa.hidden=16"}) {
    session.config().assign(setting);
  }
  session.open(Device::cpu(), {});
  session.run();

  ask::Asker asker(folder / "run/best.storyteller", Device::cpu());
  EXPECT_THROW(asker.ask("is it red?", 1), InternalError);  // there is no picture yet
  const SplitData val(data, Split::kVal, {});
  BadPictures bad;
  const std::vector<GivenAnswer> wanted = answer_split(asker.model(), val, bad);
  size_t number = 0;
  for (size_t i = 0; i < val.dataset->size(); ++i) {
    asker.look(val.dataset->load(i));
    for (const PictureQuestion& question : val.dataset->questions(i)) {
      SCOPED_TRACE(question.text);
      const ask::Reply reply = asker.ask(question.text, 9);
      ASSERT_FALSE(reply.answers.empty());
      EXPECT_EQ(reply.answers.front().text, asker.model().answers().text(wanted[number].answer));
      EXPECT_NEAR(reply.answers.front().probability, wanted[number].probability, 1e-5);
      double sum = 0;
      for (const auto& each : reply.answers) sum += each.probability;
      EXPECT_NEAR(sum, 1, 1e-5);
      ++number;
    }
  }
  EXPECT_EQ(number, 4U);

  // More than half of the words must be known.
  const ask::Reply half = asker.ask("is it zebra yodel?", 1);
  EXPECT_NE(half.refusal, "");
  EXPECT_EQ(half.unknown, (std::vector<std::string>{"zebra", "yodel"}));
  EXPECT_EQ(asker.ask("is it red zebra yodel?", 1).refusal, "");
  EXPECT_NE(asker.ask("Why is it red?", 1).refusal, "");

  // A calibrated model is sure of questions that it understands, of all their words.
  SafetensorsWriter writer;
  const SafetensorsFile file = SafetensorsFile::open(folder / "run/best.storyteller");
  writer.add_all(file);
  AnswerConfidence always;
  always.sure = 0;
  writer.set_metadata(kAnswerConfidenceKey, to_json(always));
  writer.write(folder / "calibrated.storyteller");
  ask::Asker calibrated(folder / "calibrated.storyteller", Device::cpu());
  calibrated.look(val.dataset->load(0));
  EXPECT_EQ(calibrated.ask("is it red?", 1).grade, Grade::kSure);
  EXPECT_EQ(calibrated.ask("is it red zebra?", 1).grade, Grade::kUnsure);
}

}  // namespace
}  // namespace storyteller::asker_test
