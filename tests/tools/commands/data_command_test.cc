// `storyteller data`, and training on every format.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/sanitizers.h"
#include "tests/tools/commands/command_test.h"
#include "tests/train/data/format_fixtures.h"

namespace storyteller::data_command_test {
namespace {

class DataCommand : public CommandTest {
 protected:
  /// Two steps on what has six pictures with two captions, by a small encoder that learns.
  Ended train(const std::string& data, std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments = {"train", "--data", data, "--out", folder_ / "run"};
    for (const char* setting :
         {"encoder=scene_cnn", "hidden=8", "embedding=4", "attention=4", "batch_size=6", "epochs=1",
          "min_count=1", "feature_scale=1", "average_decay=0"}) {
      arguments.insert(arguments.end(), {"--set", setting});
    }
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_storyteller(std::move(arguments));
  }
  FormatFixtures fixtures_{folder_.path()};
};

TEST_F(DataCommand, EveryFormatTrainsTwoStepsAndCaptions) {
  for (const std::string& format : FormatFixtures::formats()) {
    SCOPED_TRACE(format);
    std::filesystem::remove_all(folder_ / "run");
    const std::string data = fixtures_.make(format);
    const bool one_caption = format == "conceptual";
    const Ended ended = train(data, one_caption ? std::vector<std::string>{"--set", "batch_size=3"}
                                                : std::vector<std::string>{});
    ASSERT_EQ(ended.code, 0) << ended.err;
    EXPECT_NE(ended.err.find("6 pictures, "), std::string::npos) << ended.err;
    const auto log = lines_of(file_text(folder_ / "run/log.csv"));
    ASSERT_EQ(log.size(), 2U);
    EXPECT_TRUE(log[1].starts_with("1,2,")) << log[1];  // epoch 1 ends with step 2
    const std::string picture = folder_ / "a.png";
    write_png(picture, FormatFixtures::picture(3));
    const Ended said =
        run_storyteller({"caption", "--model", folder_ / "run/best.storyteller", picture});
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_EQ(lines_of(said.out).size(), 1U);
    const Ended scored = run_storyteller({"evaluate", "--model", folder_ / "run/best.storyteller",
                                          "--data", data, "--split", "val"});
    EXPECT_EQ(scored.code, 0) << scored.err;
  }
}

TEST_F(DataCommand, AFolderThatIsHalfCorruptTrainsAndReports) {
  const std::string data = fixtures_.make("jsonl");
  for (const int i : {0, 2, 4, 6}) {
    write(std::string("jsonl/images/") + FormatFixtures::name(i), std::string("\xFF\xD8\xFF junk"));
  }
  const Ended ended = train(data, {"--max-bad", "0.5"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_NE(ended.err.find("4 pictures skipped: p"), std::string::npos) << ended.err;
  const auto bad = lines_of(file_text(folder_ / "run/bad.jsonl"));
  ASSERT_EQ(bad.size(), 4U);
  for (const std::string& line : bad) {
    const auto record = nlohmann::json::parse(line);
    EXPECT_NE(record["reason"].get<std::string>().find("JPEG"), std::string::npos) << line;
  }
}

TEST_F(DataCommand, VerifyNamesCountsAndBoundsWhatIsBad) {
  const std::string data = fixtures_.make("coco2017");
  const std::string bad = folder_ / "bad.jsonl";
  write("coco2017/train2017/p1.jpg", std::string("GIF89a"));
  std::filesystem::remove(folder_ / "coco2017/val2017/p7.jpg");
  const Ended ended = run_storyteller({"data", "verify", "--data", data, "--bad", bad});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.out,
            "split   pictures  captions  unusable  repaired\n"
            "train          5        12         1         0\n"
            "val            1         2         1         0\n");
  for (const char* part :
       {"test: cannot be opened", "where the published one has 118287", "p7.jpg (no such file"}) {
    EXPECT_NE(ended.err.find(part), std::string::npos) << part << " in " << ended.err;
  }
  EXPECT_EQ(lines_of(file_text(bad)).size(), 2U);
  EXPECT_TRUE(file_text(bad).starts_with("{\"name\":\"train/p1.jpg\"")) << file_text(bad);
  const Ended json =
      run_storyteller({"data", "verify", "--data", data, "--split", "val", "--json"});
  EXPECT_EQ(nlohmann::json::parse(json.out)["unusable"], 1);

  std::string many;
  for (int i = 0; i < 30; ++i) {
    const std::string name = "q" + std::to_string(i) + ".png";
    write(name, i < 11 ? std::string("no picture") : std::string("\x89PNG\r\n\x1a\n"));
    many += R"({"image":")" + name + R"(","caption":"a","split":"train"})" + "\n";
  }
  write("many.jsonl", many);
  const std::string list = "jsonl:" + (folder_ / "many.jsonl").string();
  const Ended broken = run_storyteller({"data", "verify", "--data", list});
  EXPECT_EQ(broken.code, 3) << broken.err;
  EXPECT_NE(broken.err.find("train: not one of its pictures is usable"), std::string::npos)
      << broken.err;
}

TEST_F(DataCommand, StatsTellNumbersLengthsAndWords) {
  const std::string data = fixtures_.make("karpathy");
  const Ended ended = run_storyteller({"data", "stats", "--data", data, "--split", "train"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.out,
            "train: 6 pictures, 12 captions (2 to 2 a picture)\n"
            "  words of a caption: mean 5.0, median 5, 95 % have at most 5, longest 5\n"
            "  words: 60, distinct 13, 7 of them occur five times or more and cover 80.0 %\n");
  const auto json = nlohmann::json::parse(
      run_storyteller({"data", "stats", "--data", data, "--split", "val", "--json"}).out);
  EXPECT_EQ(json["captions"], 4);
  EXPECT_EQ(json["length"]["longest"], 5);
  const Ended stream = run_storyteller({"data", "stats", "--data", "jsonl:-"});
  expect_error(stream, 2, {"--split"});
}

TEST_F(DataCommand, ImportCopiesIntoShards) {
  const std::string out = folder_ / "shards-of-it";
  const std::string data = fixtures_.make("flickr8k");
  write("flickr8k/images/p3.jpg", std::string("GIF89a"));
  const Ended ended = run_storyteller({"data", "import", "--data", data, "--out", out});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.out, "shards:" + out + "\n");
  EXPECT_NE(ended.err.find("train: 5 pictures in 1 shard"), std::string::npos) << ended.err;
  EXPECT_EQ(lines_of(file_text(out + "/bad.jsonl")).size(), 1U);
  const Ended stats = run_storyteller({"data", "stats", "--data", "shards:" + out});
  EXPECT_NE(stats.out.find("train: 5 pictures, 10 captions"), std::string::npos) << stats.out;
  EXPECT_NE(stats.out.find("test: 2 pictures, 4 captions"), std::string::npos) << stats.out;
  const Ended again = run_storyteller({"data", "import", "--data", data, "--out", out});
  expect_error(again, 2, {"shards are there already"});
  // Drawn scenes become pictures.
  const std::string scenes = folder_ / "scenes";
  const Ended drawn =
      run_storyteller({"data", "import", "--data", "scenes:train=3,val=2,test=1", "--out", scenes});
  EXPECT_EQ(drawn.code, 0) << drawn.err;
  const Ended verified = run_storyteller({"data", "verify", "--data", "shards:" + scenes});
  EXPECT_NE(verified.out.find("train          3        15         0"), std::string::npos)
      << verified.out;
}

// A child of the shell's: the largest resident set of all that it ran.
TEST_F(DataCommand, AMillionCaptionsFromAPipeStayBelow300MB) {
  if (is_sanitized()) GTEST_SKIP() << "the sanitizer's own memory would be counted";
  const std::string script = write(
      "run.sh",
      "awk 'BEGIN { srand(3); for (i = 0; i < 1000000; ++i) printf "
      "\"{\\\"image\\\":\\\"%d.jpg\\\",\\\"split\\\":\\\"train\\\",\\\"caption\\\":\\\"A w%d w%d "
      "of "
      "the w%d stands near w%d and w%d looks at w%d .\\\"}\\n\", i / 5, rand() * 20000, rand() * "
      "20000, rand() * 500, rand() * 20000, rand() * 9000, rand() * 20000 }' |\n"
      "  '" +
          storyteller_program() + "' data stats --data jsonl:- --split train --json > '" +
          (folder_ / "stats").string() + "' &\nwait $!\nexit\n");
  const pid_t child = ::fork();
  if (child == 0) {
    ::execl("/bin/sh", "sh", script.c_str(), nullptr);
    ::_exit(126);
  }
  int status = 0;
  struct rusage used = {};
  ASSERT_EQ(::wait4(child, &status, 0, &used), child);
  ASSERT_EQ(status, 0);
  const auto stats = nlohmann::json::parse(file_text(folder_ / "stats"));
  EXPECT_EQ(stats["captions"], 1000000);
  EXPECT_EQ(stats["pictures"], 200000);
  EXPECT_LT(used.ru_maxrss, 300 * 1000) << "kB";
  std::printf("%ld MB\n", used.ru_maxrss / 1000);
}

}  // namespace
}  // namespace storyteller::data_command_test
