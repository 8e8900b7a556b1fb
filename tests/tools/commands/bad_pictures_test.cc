// Bad data is skipped, named and bounded: of 200 pictures to train on none, 1, 10 and 50 % are
// corrupt, as files and in archives.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/tools/commands/command_test.h"
#include "tests/train/data/format_fixtures.h"
#include "tests/train/data/tar_bytes.h"

namespace storyteller::bad_pictures_test {
namespace {

constexpr int kTrain = 200;

class BadData : public CommandTest, public testing::WithParamInterface<std::string> {
 protected:
  /// A set of which so many pictures from `first` on are none; those to train on come first.
  std::string make(int corrupt, int first = 0, int val = 4) const {
    const auto good = encode_png(FormatFixtures::picture(3));
    const std::string picture(reinterpret_cast<const char*>(good.data()), good.size());
    const std::string junk = picture.substr(0, 20) + "\xFF\xFF\xFF\xFFnot what was stored here";
    std::string lines, train, validation;
    for (int i = 0; i < kTrain + val; ++i) {
      const std::string name = "p" + std::to_string(i);
      const std::string& bytes = i >= first && i < first + corrupt ? junk : picture;
      const nlohmann::json record = {{"image", name + ".png"},
                                     {"split", i < kTrain ? "train" : "val"},
                                     {"caption", i % 2 == 0 ? "a dog runs" : "a cat runs"}};
      if (GetParam() == "jsonl") {
        write("set/" + name + ".png", bytes);
        lines += record.dump() + "\n";
      } else {
        (i < kTrain ? train : validation) +=
            tar_member(name + ".png", bytes) + tar_member(name + ".json", record.dump());
      }
    }
    if (GetParam() == "jsonl") {
      write("set/captions.jsonl", lines);
    } else {
      write("set/train-0.tar", train + tar_end());
      write("set/val-0.tar", validation + tar_end());
    }
    return GetParam() + ":" + (folder_ / "set").string();
  }

  Ended train(const std::string& data, const std::vector<std::string>& more) const {
    std::filesystem::remove_all(folder_ / "run");
    std::vector<std::string> arguments = {"train", "--data", data, "--out", folder_ / "run"};
    for (const char* setting :
         {"encoder=scene_cnn", "hidden=8", "embedding=4", "attention=4", "batch_size=50",
          "epochs=1", "min_count=1", "feature_scale=1", "average_decay=0", "detector_epochs=0"}) {
      arguments.insert(arguments.end(), {"--set", setting});
    }
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_storyteller(std::move(arguments));
  }
  static size_t lines_in(const std::filesystem::path& file) {
    return std::filesystem::exists(file) ? lines_of(file_text(file)).size() : 0;
  }
};

TEST_P(BadData, IsSkippedNamedAndBounded) {
  for (const int percent : {1, 50}) {
    SCOPED_TRACE(percent);
    const auto corrupt = static_cast<size_t>(kTrain * percent / 100);
    const std::string data = make(static_cast<int>(corrupt));
    const bool tolerated = percent <= 1;  // and ten in any case

    const std::string list = folder_ / "bad.jsonl";
    std::filesystem::remove(list);
    const Ended verified = run_storyteller({"data", "verify", "--data", data, "--bad", list});
    EXPECT_EQ(verified.code, tolerated ? 0 : 3) << verified.err;
    EXPECT_EQ(lines_in(list), corrupt);

    const Ended trained = train(data, {});
    EXPECT_EQ(trained.code, tolerated ? 0 : 3) << trained.err;
    if (!tolerated) {
      EXPECT_EQ(lines_in(folder_ / "run/bad.jsonl"), 11U) << "those that were found";
      EXPECT_NE(trained.err.find("more than 10 tolerated; --max-bad raises that"),
                std::string::npos)
          << trained.err;
      EXPECT_NE(trained.err.find("11 pictures skipped: p"), std::string::npos) << trained.err;
      const Ended raised = train(data, {"--max-bad", std::to_string(percent / 100.0)});
      EXPECT_EQ(raised.code, 0) << raised.err;
      EXPECT_NE(raised.err.find(std::to_string(corrupt) + " pictures skipped: p"),
                std::string::npos)
          << raised.err;
    }
    const std::filesystem::path named = folder_ / "run/bad.jsonl";
    ASSERT_EQ(lines_in(named), corrupt);
    for (const std::string& line : lines_of(file_text(named))) {
      const auto record = nlohmann::json::parse(line);
      EXPECT_TRUE(record["name"].get<std::string>().starts_with("p")) << line;
      EXPECT_NE(record["reason"].get<std::string>().find("PNG"), std::string::npos) << line;
    }
  }
}

TEST_P(BadData, IsNamedWhereItStopsAValidation) {
  const Ended ended = train(make(/*corrupt=*/20, /*first=*/kTrain, /*val=*/24), {});
  EXPECT_EQ(ended.code, 3) << ended.err;
  EXPECT_NE(ended.err.find("11 pictures skipped: p200"), std::string::npos) << ended.err;
  EXPECT_EQ(lines_in(folder_ / "run/bad.jsonl"), 11U);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "run/last.storyteller"));
}

/// The first pictures show at the end of an epoch whether the model still speaks.
TEST_P(BadData, OfTheFirstToValidateNoneNeedsToBeUsable) {
  const Ended ended = train(make(/*corrupt=*/40, /*first=*/kTrain, /*val=*/48), {"--max-bad", "1"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(lines_in(folder_ / "run/bad.jsonl"), 40U);
}

INSTANTIATE_TEST_SUITE_P(Formats, BadData, testing::Values("jsonl", "shards"),
                         [](const auto& format) { return format.param; });

}  // namespace
}  // namespace storyteller::bad_pictures_test
