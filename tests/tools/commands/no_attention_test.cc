// Commands with a model that does not attend: captions and pages without maps, said once.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/serialization/safetensors.h"
#include "model/captioner.h"
#include "model/model_file.h"
#include "tests/tools/commands/command_test.h"

namespace storyteller::no_attention_test {
namespace {

class NoAttention : public CommandTest {
 protected:
  void SetUp() override {
    const SafetensorsFile file = SafetensorsFile::open(model());
    ModelOptions options = model_options_of(file);
    options.decoder.kind = DecoderKind::kFixed;
    options.decoder.output = OutputLayer::kPlain;
    const Captioner captioner(options, vocabulary_of(file), Device::cpu(), 1, false);
    SafetensorsWriter writer;
    captioner.add_to(writer);
    writer.write(fixed_);
  }

  const std::string fixed_ = folder_ / "fixed.storyteller";
};

TEST_F(NoAttention, CaptionSaysOnceThatThereAreNoMaps) {
  const std::string strips = folder_ / "strips", page = folder_ / "page.html";
  const std::string copy = write("copy.jpg", file_text(scene()));
  const Ended ended = run_storyteller({"caption", "--model", fixed_, "--json", "--attention",
                                       strips, "--report", page, scene(), copy});
  ASSERT_EQ(ended.code, 0) << ended.err;
  ASSERT_EQ(lines_of(ended.err).size(), 1U) << ended.err;
  EXPECT_NE(ended.err.find("--attention draws nothing"), std::string::npos) << ended.err;
  ASSERT_EQ(lines_of(ended.out).size(), 2U);
  for (const std::string& line : lines_of(ended.out)) {
    const auto json = nlohmann::json::parse(line);
    EXPECT_FALSE(json["caption"].get<std::string>().empty());
    EXPECT_FALSE(json.contains("attention"));
  }
  EXPECT_TRUE(std::filesystem::is_empty(strips));
  EXPECT_NE(file_text(page).find("<img"), std::string::npos);
  EXPECT_EQ(file_text(page).find("class=\"maps\""), std::string::npos);
  EXPECT_EQ(file_text(page).find("where it looked"), std::string::npos);

  const Ended alone = run_storyteller({"caption", "--model", fixed_, "--report", page, scene()});
  EXPECT_NE(alone.err.find("the page has no maps"), std::string::npos) << alone.err;
  EXPECT_EQ(run_storyteller({"caption", "--model", fixed_, scene()}).err, "");
}

TEST_F(NoAttention, EvaluateScoresNoPointing) {
  const std::string page = folder_ / "page.html";
  const Ended ended = run_storyteller(
      {"evaluate", "--model", fixed_, "--data", "scenes:val=6,test=3", "--json", "--report", page});
  ASSERT_EQ(ended.code, 0) << ended.err;
  const auto json = nlohmann::json::parse(ended.out);
  EXPECT_TRUE(json.contains("exact_colour_and_shape"));
  EXPECT_FALSE(json.contains("pointing_accuracy"));
  EXPECT_FALSE(json.contains("pointing_chance"));
  EXPECT_EQ(file_text(page).find("class=\"maps\""), std::string::npos);
  EXPECT_EQ(file_text(page).find("where it looked"), std::string::npos);
}

}  // namespace
}  // namespace storyteller::no_attention_test
