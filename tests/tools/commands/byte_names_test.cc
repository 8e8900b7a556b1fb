// Names that are not UTF-8 stay apart and whole in every file of JSON or CSV that a command writes.
#include <gtest/gtest.h>

#include <set>

#include <nlohmann/json.hpp>

#include "core/text/base64.h"
#include "core/text/json_name.h"
#include "tests/tools/commands/command_test.h"

namespace storyteller::byte_names_test {
namespace {

using nlohmann::json;
using Names = std::set<std::string>;

/// Two pictures whose names are one where U+FFFD takes the place of a byte.
class ByteNames : public CommandTest {
 protected:
  const std::string one_ = "caf\xE8.jpg", two_ = "caf\xE9.jpg", seen_ = "caf\uFFFD.jpg";
  const Names both_ = {one_, two_};

  std::string table_ =
      write("set/captions.csv", "image,caption,split\n" + one_ + ",a large white heart,val\n" +
                                    two_ + ",a small red circle,val\n");
  std::string data() const { return "csv:" + (folder_ / "set").string(); }
  std::string pictures(const std::string& bytes) const {
    write("set/" + one_, bytes);
    return write("set/" + two_, bytes);
  }
};

Names names_of(const json& entries, const std::string& key, const std::string& seen) {
  Names names;
  for (const json& entry : entries) {
    EXPECT_EQ(entry.at(key), seen);
    names.insert(name_in(entry, key).value());
  }
  return names;
}

TEST_F(ByteNames, ResultsAreScoredAgainstTheirOwnReferences) {
  pictures(file_text(scene()));
  const std::string results = folder_ / "results.json", each = folder_ / "each.json",
                    csv = folder_ / "each.csv";
  const Ended evaluated = run_storyteller(
      {"evaluate", "--model", model(), "--data", data(), "--split", "val", "--results", results});
  ASSERT_EQ(evaluated.code, 0) << evaluated.err;
  EXPECT_EQ(names_of(json::parse(file_text(results)), "image_id", seen_), both_);

  for (const std::string& file : {each, csv}) {
    const Ended scored = run_storyteller(
        {"score", "--hypotheses", results, "--references", table_, "--per-image", file});
    ASSERT_EQ(scored.code, 0) << scored.err;
  }
  const json scores = json::parse(file_text(each));
  EXPECT_EQ(names_of(scores, "image_id", seen_), both_);
  for (const json& score : scores) {
    const bool right = name_in(score, "image_id") == one_;
    EXPECT_EQ(score.at("bleu_1").get<double>() > 0.9, right) << score;
  }
  const auto lines = lines_of(file_text(csv));
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_TRUE(lines[0].ends_with(",image_id_bytes\r")) << lines[0];
  EXPECT_TRUE(lines[1].ends_with("," + base64(one_) + "\r")) << lines[1];
  EXPECT_TRUE(lines[2].ends_with("," + base64(two_) + "\r")) << lines[2];
}

TEST_F(ByteNames, CaptionsOfPicturesAreScoredAgainstTheirOwnReferences) {
  pictures(file_text(scene()));
  const Ended said = caption({"--json", folder_ / "set"});
  ASSERT_EQ(said.code, 0) << said.err;
  const std::string each = folder_ / "each.json";
  const Ended scored = run_storyteller({"score", "--hypotheses", write("said.jsonl", said.out),
                                        "--references", table_, "--per-image", each});
  ASSERT_EQ(scored.code, 0) << scored.err;
  EXPECT_EQ(json::parse(file_text(each)).size(), 2U);
}

TEST_F(ByteNames, BadPicturesAreNamed) {
  pictures("no picture at all");
  const std::string bad = folder_ / "bad.jsonl";
  const Ended ended = run_storyteller({"data", "verify", "--data", data(), "--bad", bad, "--json"});
  EXPECT_EQ(ended.killed, false);
  const auto lines = lines_of(file_text(bad));
  ASSERT_EQ(lines.size(), 2U) << ended.err;
  const json listed = {json::parse(lines[0]), json::parse(lines[1])};
  EXPECT_EQ(names_of(listed, "name", "val/" + seen_), (Names{"val/" + one_, "val/" + two_}));
  bool told = false;
  for (const std::string& line : lines_of(ended.out)) {
    const json split = json::parse(line);
    if (split.at("split") != "val") continue;
    told = true;
    EXPECT_EQ(names_of(split.at("examples"), "name", seen_), both_);
  }
  EXPECT_TRUE(told) << ended.out;
}

TEST_F(ByteNames, ShardsKeepThem) {
  pictures(file_text(scene()));
  const std::string shards = folder_ / "shards";
  const Ended imported = run_storyteller({"data", "import", "--data", data(), "--out", shards});
  ASSERT_EQ(imported.code, 0) << imported.err;
  const std::string results = folder_ / "results.json";
  const Ended ended = run_storyteller({"evaluate", "--model", model(), "--data", "shards:" + shards,
                                       "--split", "val", "--results", results});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(names_of(json::parse(file_text(results)), "image_id", seen_), both_);
}

}  // namespace
}  // namespace storyteller::byte_names_test
