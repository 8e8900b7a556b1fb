// `storyteller calibrate`, and what a calibrated model shows.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

#include "core/serialization/safetensors.h"
#include "model/captioner.h"
#include "model/confidence/confidence_file.h"
#include "tests/tools/commands/command_test.h"

namespace storyteller::calibrate_command_test {
namespace {

class Calibrate : public CommandTest {
 protected:
  /// The golden model with a calibration that answers `confidence` and `photo` to every picture.
  std::string calibrated(double confidence, double photo) const {
    const SafetensorsFile file = SafetensorsFile::open(model());
    const auto width =
        static_cast<size_t>(Captioner::load(model(), Device::cpu())->encoder().width());
    const auto logit = [](double p) { return std::log(p / (1 - p)); };
    ConfidenceValues values;
    values.caption.bias = logit(confidence);
    values.photo.bias = logit(photo);
    values.cut_offs = {.sure = 0.9, .likely = 0.6, .sure_domain = 0, .likely_domain = 0};
    values.domain = {0, 1};
    values.fitted.data = "flickr8k:PATH";
    values.fitted.split = "val";
    std::vector<float> projection(width, 1);
    const std::string out = folder_ / "calibrated.storyteller";
    write_calibrated(file, Confidence(values, {projection, {127}, {SubjectKinds{1}}}), out);
    return out;
  }
  static Ended say(const std::string& model, std::vector<std::string> more) {
    more.insert(more.begin(), {"caption", "--model", model, scene()});
    return run_storyteller(std::move(more));
  }
};

TEST_F(Calibrate, RefusesTooFewPicturesAndCaptionsThatAreAllWrong) {
  const std::string out = folder_ / "out.storyteller";
  const auto refused = [&](const std::string& data) {
    const Ended ended =
        run_storyteller({"calibrate", "--model", model(), "--data", data, "--out", out});
    EXPECT_EQ(ended.code, 3) << ended.err;
    EXPECT_EQ(ended.out, "");
    return lines_of(ended.err).back();
  };
  const std::string few = refused("scenes:train=20,val=30");
  EXPECT_NE(few.find("there are 30; name more --data, or another --split"), std::string::npos)
      << few;
  // Circles and hearts are none of the kinds that captions are judged by.
  const std::string wrong = refused("scenes:train=20,val=200");
  EXPECT_NE(wrong.find("all captions are wrong"), std::string::npos) << wrong;
  EXPECT_FALSE(std::filesystem::exists(out));
}

TEST_F(Calibrate, RefusesToReplaceWhatItReads) {
  const std::string copy = folder_ / "copy.storyteller";
  std::filesystem::copy_file(model(), copy);
  expect_error(run_storyteller({"calibrate", "--model", copy, "--data", "scenes", "--out", copy}),
               2, {"--out", "the model"});
  expect_error(run_storyteller({"calibrate", "--model", copy, "--out", folder_ / "o"}), 2,
               {"--data"});
}

TEST_F(Calibrate, CaptionShowsWhatTheModelKnows) {
  const std::string sure = calibrated(0.95, 0.9);
  EXPECT_EQ(say(sure, {}).out, std::string(kSentence) + "\n");  // as before
  EXPECT_EQ(say(sure, {"--people"}).out, "A large white heart.\n");
  const auto json = nlohmann::json::parse(say(sure, {"--json"}).out);
  EXPECT_EQ(json["caption"], kSentence);
  EXPECT_EQ(json["text"], "A large white heart.");
  EXPECT_EQ(json["grade"], "sure");
  EXPECT_NEAR(json["confidence"].get<double>(), 0.95, 1e-4);
  EXPECT_NEAR(json["photo"].get<double>(), 0.9, 1e-4);
  EXPECT_TRUE(json["domain"].is_number());
  EXPECT_EQ(json["model"].get<std::string>().size(), 12U);

  EXPECT_EQ(say(calibrated(0.7, 0.9), {"--people"}).out, "Could be: a large white heart.\n");
  EXPECT_EQ(say(calibrated(0.7, 0.9), {"--people", "--hedge", "short"}).out,
            "A large white heart?\n");
  EXPECT_EQ(say(calibrated(0.3, 0.9), {"--people"}).out,
            "Not sure: perhaps a large white heart.\n");
  const std::string none = calibrated(0.95, 0.2);
  EXPECT_EQ(say(none, {"--people"}).out, "This does not look like a photograph.\n");
  EXPECT_EQ(say(none, {"--people", "--anyway"}).out,
            "This does not look like a photograph. Not sure: perhaps a large white heart.\n");
}

TEST_F(Calibrate, AModelWithoutSaysSoOnce) {
  const Ended said = say(model(), {scene(), "--people"});
  EXPECT_EQ(lines_of(said.out).size(), 2U);
  EXPECT_NE(said.out.find("\tNot sure: perhaps a large white heart.\n"), std::string::npos);
  EXPECT_EQ(lines_of(said.err).size(), 1U) << said.err;
  EXPECT_NE(said.err.find("storyteller calibrate --model"), std::string::npos);
  const auto json = nlohmann::json::parse(say(model(), {"--json"}).out);
  EXPECT_TRUE(json["confidence"].is_null());
  EXPECT_TRUE(json["photo"].is_null());
  EXPECT_EQ(json["grade"], "unsure");
}

TEST_F(Calibrate, OtherWeightsLoseIt) {
  const std::string sure = calibrated(0.95, 0.9), mean = folder_ / "mean.storyteller";
  const Ended averaged = run_storyteller({"average", sure, "--out", mean});
  EXPECT_EQ(averaged.code, 0) << averaged.err;
  EXPECT_NE(averaged.err.find("its calibration holds for its own weights"), std::string::npos);
  EXPECT_EQ(SafetensorsFile::open(mean).metadata().count(kConfidenceKey), 0U);
  // Everything else of a calibrated file is what it was.
  const SafetensorsFile before = SafetensorsFile::open(model()),
                        after = SafetensorsFile::open(sure);
  for (const std::string& name : before.names()) {
    const auto a = before.find(name).bytes, b = after.find(name).bytes;
    EXPECT_TRUE(std::ranges::equal(a, b)) << name;
  }
  for (const auto& [key, value] : before.metadata()) {
    if (key == kChecksumKey) continue;
    EXPECT_EQ(after.metadata(key), value) << key;
  }
}

TEST_F(Calibrate, EvaluateCountsGradesAndWordsGender) {
  const std::string sure = calibrated(0.95, 0.9), page = folder_ / "page.html";
  const Ended ended =
      run_storyteller({"evaluate", "--model", sure, "--data", "scenes:train=5,val=6", "--json",
                       "--report", page, "--gender", "neutral"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  const auto json = nlohmann::json::parse(ended.out);
  EXPECT_EQ(json["confidence"]["grades"]["sure"]["captions"], 6);
  EXPECT_EQ(json["confidence"]["right"], 0);
  EXPECT_TRUE(json["confidence"]["auroc"].is_null());
  EXPECT_EQ(json["gender"]["words"], "neutral");
  std::ifstream in(page);
  const std::string html{std::istreambuf_iterator<char>(in), {}};
  EXPECT_NE(html.find("How sure it is"), std::string::npos);
  EXPECT_NE(html.find("Share of right captions by confidence"), std::string::npos);
  const auto plain = nlohmann::json::parse(
      run_storyteller({"evaluate", "--model", model(), "--data", "scenes:train=5,val=6", "--json"})
          .out);
  EXPECT_FALSE(plain.contains("confidence"));
  EXPECT_FALSE(plain.contains("gender"));
}

}  // namespace
}  // namespace storyteller::calibrate_command_test
