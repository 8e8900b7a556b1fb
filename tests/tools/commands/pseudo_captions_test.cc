// From pictures without captions to a training on what a model says of them (docs/distillation.md).
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/serialization/safetensors.h"
#include "model/captioner.h"
#include "model/confidence/confidence_file.h"
#include "tests/tools/commands/command_test.h"
#include "train/data/dataset.h"

namespace storyteller::pseudo_captions_test {
namespace {

class PseudoCaptions : public CommandTest {
 protected:
  static constexpr size_t kPictures = 5;

  void SetUp() override {
    std::filesystem::create_directories(folder_ / "taught/images/more");
    std::filesystem::copy_file(scene(), folder_ / "taught/images/heart.jpg");
    const auto drawn = open_dataset("scenes:train=4,val=2", Split::kTrain);
    for (size_t i = 0; i + 1 < kPictures; ++i) {
      write("taught/images/more/" + std::to_string(i) + ".png", drawn->picture_bytes(i));
    }
    calibrate();
  }
  /// The golden model, the surer the more probable its words are; pictures are photographs to it by
  /// the sign of `photo`.
  void calibrate(double photo = 3) const {
    const SafetensorsFile file = SafetensorsFile::open(model());
    const auto width =
        static_cast<size_t>(Captioner::load(model(), Device::cpu())->encoder().width());
    ConfidenceValues values;
    values.caption.terms = {{.signal = "mean_log_probability", .mean = -0.5, .weight = 2}};
    values.photo.bias = photo;
    values.domain = {0, 1};
    const std::vector<float> projection(width, 1);
    write_calibrated(file, Confidence(values, {projection, {127}, {SubjectKinds{1}}}),
                     folder_ / "calibrated.storyteller");
  }
  Ended caption_folder(std::vector<std::string> more) const {
    more.insert(more.begin(), {"caption", "--model", folder_ / "calibrated.storyteller", "--choose",
                               "mbr", "--recursive", "--json", folder_ / "taught/images"});
    return run_storyteller(std::move(more));
  }
};

TEST_F(PseudoCaptions, OfLittleConfidenceAreLeftOutAndCounted) {
  const Ended all = caption_folder({});
  ASSERT_EQ(all.code, 0) << all.err;
  std::vector<double> confidences;
  for (const std::string& line : lines_of(all.out)) {
    confidences.push_back(nlohmann::json::parse(line)["confidence"]);
  }
  ASSERT_EQ(confidences.size(), kPictures);
  std::ranges::sort(confidences);
  const double least = (confidences[1] + confidences[2]) / 2;
  std::string kept;
  size_t left_out = 0;
  for (const std::string& line : lines_of(all.out)) {
    const auto json = nlohmann::json::parse(line);
    const bool good = json["confidence"] >= least && json["photo"] >= 0.5;
    kept += good ? line + "\n" : "";
    left_out += good ? 0 : 1;
  }
  const Ended some = caption_folder({"--min-confidence", std::to_string(least)});
  EXPECT_EQ(some.code, 0) << some.err;
  EXPECT_EQ(some.out, kept);
  EXPECT_NE(some.err.find(std::to_string(left_out) + " of 5 captions are left out, that of "),
            std::string::npos)
      << some.err;
}

TEST_F(PseudoCaptions, OfWhatIsNoPhotographAreLeftOutHoweverSure) {
  calibrate(-3);
  const Ended ended = caption_folder({"--min-confidence", "0"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.out, "");
  EXPECT_NE(ended.err.find("5 of 5 captions are left out"), std::string::npos) << ended.err;
}

TEST_F(PseudoCaptions, NeedACalibratedModelToBeChosenAmong) {
  expect_error(caption({scene(), "--min-confidence", "0.5"}), 2,
               {"--min-confidence: ", "was not calibrated", "storyteller calibrate --model"});
}

TEST_F(PseudoCaptions, AreTrainedOnBesideCaptionsOfPeople) {
  const Ended taught = caption_folder({});
  ASSERT_EQ(taught.code, 0) << taught.err;
  write("taught/train.jsonl", taught.out);
  const Ended trained = run_storyteller({"train", "--data", "scenes:train=6,val=2", "--data",
                                         "taught=jsonl:" + (folder_ / "taught").string(), "--set",
                                         "data_weights=taught:0.5", "--set", "epochs=1", "--set",
                                         "detector_epochs=0", "--set", "word_detector=false",
                                         "--out", folder_ / "student", "--threads", "2"});
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_NE(trained.err.find("taught: 5 pictures, 5 captions, seen 0.5 times an epoch"),
            std::string::npos)
      << trained.err;
  EXPECT_EQ(file_text(folder_ / "student/log.csv").find("taught/"), std::string::npos)
      << "they are not validated on";
}

}  // namespace
}  // namespace storyteller::pseudo_captions_test
