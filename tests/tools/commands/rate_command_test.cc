// `storyteller rate`: the sheet and its key, the analysis of ratings, and what is refused.
#include <gtest/gtest.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "model/image/encode.h"
#include "tests/tools/commands/command_test.h"

namespace storyteller::rate_command_test {
namespace {

using nlohmann::json;

class RateCommand : public CommandTest {
 protected:
  void SetUp() override {
    json red = json::array(), blue = json::array(), people;
    for (int i = 1; i <= 8; ++i) {
      const std::string number = std::to_string(i);
      write("pictures/COCO_val2014_" + std::string(12 - number.size(), '0') + number + ".png",
            encode_png(fixtures::smooth_picture(32, 24)));
      red.push_back({{"image_id", i}, {"caption", "red says " + number}});
      blue.push_back({{"image_id", i}, {"caption", "blue says " + number}});
      people["annotations"].push_back({{"image_id", i}, {"caption", "I see " + number}});
    }
    red_ = "red=" + write("red.json", red.dump());
    blue_ = "blue=" + write("blue.json", blue.dump());
    people_ = write("people.json", people.dump());
    pictures_ = folder_ / "pictures";
  }

  Ended make(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"rate", "make"});
    return run_storyteller(std::move(arguments));
  }
  Ended make_sheet(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments{"--systems", red_,    blue_,      "--references", people_,
                                       "--out",     sheet(), "--images", pictures_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return make(arguments);
  }
  std::string sheet() const { return folder_ / "sheet.html"; }
  std::string key() const { return folder_ / "sheet.key.json"; }

  static Ended analyse(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"rate", "analyse", "--samples", "200"});
    return run_storyteller(std::move(arguments));
  }

  /// The ratings of someone who gives people 5, red 4 and blue 2, of the first `count` items.
  std::string ratings(const std::string& rater, size_t count = 1000) const {
    const json made = json::parse(file_text(key()));
    json list = json::array();
    for (const json& item : made["items"]) {
      if (list.size() == count) break;
      const std::string system = item["systems"][0];
      const int score = system == "human" ? 5 : system == "red" ? 4 : 2;
      list.push_back({{"item", item["item"]}, {"correctness", score}, {"fluency", 3}});
    }
    const json exported{{"format", "storyteller ratings 1"},
                        {"sheet", made["sheet"]},
                        {"rater", rater},
                        {"ratings", list}};
    return write(rater + ".json", exported.dump());
  }

  std::string red_, blue_, people_, pictures_;
};

TEST_F(RateCommand, MakesASheetAndItsKey) {
  const Ended ended = make_sheet({"--count", "6", "--duplicates", "3"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.err, "");
  EXPECT_NE(ended.out.find("21 captions of 6 images to rate, 3 of them for the second time; "
                           "3 systems, people among them"),
            std::string::npos)
      << ended.out;
  const std::string page = file_text(sheet());
  EXPECT_TRUE(page.starts_with("<!DOCTYPE html>"));
  const json made = json::parse(file_text(key()));
  EXPECT_EQ(made["items"].size(), 21U);
  EXPECT_EQ(made["systems"], (std::vector<std::string>{"red", "blue", "human"}));
  EXPECT_EQ(made["control"], "human");
  EXPECT_NE(page.find(made["sheet"].get<std::string>()), std::string::npos);
  for (const json& item : made["items"]) {
    EXPECT_NE(page.find(item["caption"].get<std::string>()), std::string::npos);
  }
}

TEST_F(RateCommand, WritesTheSameSheetAgainAndProtectsTheKeyOfAnother) {
  ASSERT_EQ(make_sheet().code, 0);
  const std::string page = file_text(sheet()), first = file_text(key());
  ASSERT_EQ(make_sheet().code, 0);
  EXPECT_EQ(file_text(sheet()), page);
  expect_error(make_sheet({"--seed", "2"}), 2, {"sheet.key.json", "another sheet", "--out"});
  EXPECT_EQ(file_text(key()), first);
  EXPECT_EQ(file_text(sheet()), page);
}

TEST_F(RateCommand, AnalysesRatings) {
  ASSERT_EQ(make_sheet().code, 0);
  const std::string scores = write("red.csv", "image_id,CIDEr\n1,0.5\n2,0.7\n9,1\n");
  const Ended ended = analyse(
      {"--key", key(), "--json", "--metrics", "red=" + scores, ratings("A"), ratings("B", 10)});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_NE(ended.err.find("rater 'B' rated 10 of 27 captions"), std::string::npos) << ended.err;
  ASSERT_EQ(lines_of(ended.out).size(), 1U);
  const json analysis = json::parse(ended.out);
  const json& scale = analysis["scales"][0];
  EXPECT_EQ(scale["systems"][0]["mean"]["value"], 4);
  EXPECT_EQ(scale["systems"][1]["mean"]["value"], 2);
  EXPECT_EQ(scale["systems"][2]["mean"]["value"], 5);
  EXPECT_EQ(scale["krippendorff_alpha"]["ordinal"]["value"], 1);
  EXPECT_EQ(scale["system_pairs"][0]["first_better"], 8);
  EXPECT_NEAR(scale["system_pairs"][0]["sign_test"], 2 / 256.0, 1e-12);
  EXPECT_EQ(scale["metrics"][0]["captions"], 2);
  EXPECT_TRUE(scale["metrics"][0]["kendall_tau_b"]["value"].is_null()) << "red is always 4";
  EXPECT_TRUE(analysis["scales"][1]["krippendorff_alpha"]["ordinal"]["value"].is_null());
  EXPECT_EQ(analysis["raters"][1]["rated"], 10);
  EXPECT_EQ(analysis["raters"][0]["scales"][0]["human"], 5);
  EXPECT_EQ(analysis["raters"][0]["scales"][0]["others"], 3);
}

TEST_F(RateCommand, PrintsTablesWithTheBestSystemFirst) {
  ASSERT_EQ(make_sheet().code, 0);
  const Ended ended = analyse({"--key", key(), ratings("A"), ratings("B")});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.err, "");
  const size_t human = ended.out.find("  human "), red = ended.out.find("  red "),
               blue = ended.out.find("  blue ");
  EXPECT_LT(human, red);
  EXPECT_LT(red, blue);
  for (const char* part :
       {"correctness", "fluency", "Krippendorff's alpha: ordinal 1.000", "weighted kappa", "A, B",
        "red, blue is better", "sign test", "raters", "27 of 27"}) {
    EXPECT_NE(ended.out.find(part), std::string::npos) << part << " in:\n" << ended.out;
  }
  EXPECT_EQ(ended.out.find("nan"), std::string::npos);
  for (const std::string& line : lines_of(ended.out)) EXPECT_LE(line.size(), 100U) << line;
}

TEST_F(RateCommand, TakesMetricsOfASingleSystemWithoutAName) {
  ASSERT_EQ(make({"--systems", red_, "--images", pictures_, "--out", sheet()}).code, 0);
  const std::string scores = write("red.jsonl", "{\"image_id\": 1, \"CIDEr\": 0.5}\n");
  const Ended ended = analyse({"--key", key(), "--json", ratings("A"), "--metrics", scores});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(json::parse(ended.out)["scales"][0]["metrics"][0]["captions"], 1);
  EXPECT_TRUE(json::parse(ended.out)["control"].is_null());
}

TEST_F(RateCommand, FindsPicturesByNameAndNumberButNeverGuesses) {
  const auto bytes = encode_png(fixtures::smooth_picture(16, 16));
  write("mixed/one.png", bytes);
  write("mixed/000002.png", bytes);
  write("mixed/a_3.png", bytes);
  write("mixed/b_3.png", bytes);
  write("mixed/4.png", bytes);
  const std::string results = write("mixed.json", R"([
      {"image_id": "one.png", "caption": "a"}, {"image_id": 2, "caption": "b"},
      {"image_id": 3, "caption": "c"}, {"image_id": "4", "caption": "d"}])");
  const Ended ended = make({"--systems", "x=" + results, "--images", folder_ / "mixed", "--out",
                            sheet(), "--duplicates", "0"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_NE(ended.out.find("3 captions of 3 images"), std::string::npos) << ended.out;
  EXPECT_NE(ended.err.find("1 of 4 images are left out: their pictures are not in"),
            std::string::npos)
      << ended.err;
}

TEST_F(RateCommand, ReadsFlickr8kAndTheFileNamesOfAnnotations) {
  const auto bytes = encode_png(fixtures::smooth_picture(16, 16));
  write("photos/a.png", bytes);
  write("photos/b.png", bytes);
  const std::string tokens =
      write("token.txt", "a.png#0\tA dog .\na.png#1\tThe dog .\nb.png#0\tA cat .\n");
  const std::string by_name = write("by_name.json", R"([
      {"image_id": "a.png", "caption": "one"}, {"image_id": "b.png", "caption": "two"}])");
  Ended ended = make({"--systems", "x=" + by_name, "--references", tokens, "--images",
                      folder_ / "photos", "--out", sheet()});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(json::parse(file_text(key()))["items"].size(), 5U);

  const std::string by_id = write("by_id.json", R"([{"image_id": 71, "caption": "one"}])");
  const std::string annotations = write("annotations.json", R"({
      "images": [{"id": 71, "file_name": "train/b.png"}, {"id": 72}],
      "annotations": [{"image_id": 71, "caption": "human one"}]})");
  ended = make({"--systems", "x=" + by_id, "--references", annotations, "--images",
                folder_ / "photos", "--out", folder_ / "other.html"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  const std::string twice = write("twice.json", R"({
      "images": [{"id": 71, "file_name": "b.png"}, {"id": "71", "file_name": "b.png"}],
      "annotations": [{"image_id": 71, "caption": "human one"}]})");
  expect_error(make({"--systems", "x=" + by_id, "--references", twice, "--images",
                     folder_ / "photos", "--out", sheet()}),
               3, {"twice.json: images: entry 2", "image 71 is there already"});
}

TEST_F(RateCommand, SaysWhatIsWrongWithWhatASheetIsMadeOf) {
  const std::string out = sheet(), broken = write("broken.json", "[{\"image_id\": 1}]");
  const std::string strangers = write("strangers.json", R"([{"image_id": 99, "caption": "a"}])");
  expect_error(make({"--systems", "red", "--images", pictures_, "--out", out}), 2,
               {"--systems red", "NAME=FILE"});
  expect_error(make({"--systems", "red=none.json", "--images", pictures_, "--out", out}), 3,
               {"none.json", "no such file"});
  expect_error(make({"--systems", "red=" + broken, "--images", pictures_, "--out", out}), 3,
               {"broken.json", "entry 1", "caption"});
  expect_error(make({"--systems", "red=" + write("lines.txt", "a dog\na cat\n"), "--images",
                     pictures_, "--out", out}),
               3, {"lines.txt", "name no images", "COCO"});
  expect_error(make({"--systems", red_, red_, "--images", pictures_, "--out", out}), 2,
               {"two systems are named 'red'"});
  expect_error(make({"--systems", red_, "x=" + strangers, "--images", pictures_, "--out", out}), 3,
               {"no image has a caption of every system"});
  expect_error(make({"--systems", "x=" + strangers, "--images", pictures_, "--out", out}), 3,
               {"--images", "no picture of any", "99", "file_name"});
  expect_error(make({"--systems", red_, "--images", folder_ / "none", "--out", out}), 3,
               {"none", "no such folder"});
  expect_error(make({"--systems", red_, "--images", pictures_, "--out", folder_ / "no/s.html"}), 5,
               {"does not exist", "create it"});
  expect_error(make_sheet({"--count", "9"}), 2, {"9 images", "8 can be used"});
  expect_error(make_sheet({"--duplicates", "13"}), 2, {"13 duplicates", "12"});
  expect_error(make_sheet({"--scales", "a,a"}), 2, {"two scales are named 'a'"});
  expect_error(run_storyteller({"rate", "mkae"}), 2, {"did you mean 'make'"});
  EXPECT_FALSE(std::filesystem::exists(out));
  EXPECT_FALSE(std::filesystem::exists(key()));
}

TEST_F(RateCommand, SaysWhatIsWrongWithWhatIsAnalysed) {
  ASSERT_EQ(make_sheet().code, 0);
  const std::string mine = ratings("A");
  json foreign = json::parse(file_text(mine));
  foreign["sheet"] = "00";
  expect_error(analyse({"--key", key(), write("f.json", foreign.dump())}), 3,
               {"f.json", "another sheet"});
  expect_error(analyse({"--key", mine, mine}), 3, {"A.json", "no key"});
  expect_error(analyse({"--key", key(), key()}), 3, {"sheet.key.json", "no ratings"});
  expect_error(analyse({"--key", key(), mine, mine}), 3, {"rater 'A'", "already"});
  expect_error(analyse({"--key", folder_ / "none", mine}), 3, {"none", "no such file"});
  const std::string scores = write("s.csv", "image_id,CIDEr\n1,0.5\n");
  expect_error(analyse({"--key", key(), mine, "--metrics", "rad=" + scores}), 2,
               {"'rad'", "did you mean 'red'"});
  expect_error(analyse({"--key", key(), mine, "--metrics", scores}), 2, {"NAME=FILE"});
  expect_error(
      analyse({"--key", key(), mine, "--metrics", "red=" + write("t.csv", "image_id,x\n77,1\n")}),
      3, {"t.csv", "none of the sheet's images"});
}

}  // namespace
}  // namespace storyteller::rate_command_test
