#include "train/rating/ratings.h"

#include <gtest/gtest.h>

#include <random>

#include "core/error.h"
#include "tests/mutate_text.h"
#include "tests/temporary_folder.h"
#include "train/rating/image_scores.h"
#include "train/rating/picture_names.h"

namespace storyteller::ratings_test {
namespace {

RatingSheet three_items() {
  RatingSheet sheet{.id = "abc", .seed = 1, .scales = {"correctness", "fluency"}, .systems = {"a"}};
  for (const char* image : {"1", "2", "3"}) {
    sheet.items.push_back({.image = image, .caption = "x", .systems = {0}});
  }
  return sheet;
}

std::string exported(const std::string& ratings, const std::string& rater = "AB",
                     const std::string& sheet = "abc") {
  return R"({"format": "storyteller ratings 1", "sheet": ")" + sheet + R"(", "rater": ")" + rater +
         R"(", "ratings": [)" + ratings + "]}";
}

TEST(Ratings, ReadsWhatIsThereAndCountsWhatIsComplete) {
  const Ratings ratings =
      parse_ratings(exported(R"({"item": 3, "correctness": 4, "fluency": 5, "seconds": 2.5},
                  {"item": 1, "correctness": 1, "fluency": null})"),
                    three_items(), "r.json");
  EXPECT_EQ(ratings.rater, "AB");
  EXPECT_EQ(ratings.rated, 1U);
  EXPECT_EQ(ratings.scores[0], (std::vector<std::optional<int>>{1, std::nullopt, 4}));
  EXPECT_EQ(ratings.scores[1], (std::vector<std::optional<int>>{std::nullopt, std::nullopt, 5}));
  EXPECT_EQ(ratings.seconds[2], 2.5);
  EXPECT_FALSE(ratings.seconds[0].has_value());
  EXPECT_EQ(parse_ratings(exported(""), three_items(), "r.json").rated, 0U);
}

TEST(Ratings, SaysWhatIsWrong) {
  const auto error = [](const std::string& text) {
    return message_of<InputError>([&] { parse_ratings(text, three_items(), "r.json"); });
  };
  const auto has = [](const std::string& message, const std::string& part) {
    EXPECT_TRUE(message.starts_with("r.json: ")) << message;
    EXPECT_NE(message.find(part), std::string::npos) << part << " in: " << message;
  };
  has(error(exported("", "AB", "other")), "of another sheet (other; the key is of abc)");
  has(error("sheet,rater,item\r\nabc,AB,1\r\n"), "exported as JSON");
  has(error(R"({"sheet": "abc"})"), "Export JSON");
  has(error(exported(R"({"item": 4})")), "item 4 is not on the sheet, which has 1 to 3");
  has(error(exported(R"({"item": 0})")), "item 0 is not on the sheet");
  has(error(exported(R"({"item": -9223372036854775808})")), "is not on the sheet");
  has(error(exported(R"({"item": 2}, {"item": 2})")), "item 2 is rated twice");
  has(error(exported(R"({"item": 2, "fluency": 6})")), "'fluency' is 6; a rating is");
  has(error(exported(R"({"item": 2, "fluency": 0})")), "whole number from 1 to 5");
  has(error(exported(R"({"item": 2, "fluency": 2.5})")), "'fluency' is 2.5");
  has(error(exported(R"({"item": 2, "fluency": "5"})")), "whole number");
  has(error(exported(R"({"correctness": 2})")), "no ratings that a sheet exported");
  has(error(exported("", "")), "the rater has no name");
}

/// Whatever stands there: what was asked for, or an InputError.
TEST(Ratings, RandomMutationsNeverEscape) {
  const RatingSheet sheet = three_items();
  const std::string key = rating_key_json(sheet);
  const std::string ratings = exported(R"({"item": 3, "correctness": 4, "seconds": 2.5})");
  const std::string scores = R"([{"image_id": 7, "cider": 1.5e0, "bleu": null}, {"id": "b"}])";
  const std::string table = "image_id,cider,note\r\n7,1.5,\"a \"\"b\"\"\"\r\n8,,x\r\n";
  const std::string pictures = R"({"images": [{"id": 7, "file_name": "a/b.jpg"}]})";
  std::mt19937_64 random(6);
  size_t read = 0;
  const auto attempt = [&](const std::string& valid, const auto& parse) {
    try {
      parse(mutate_text(valid, kLikelyInJson, random));
      ++read;
    } catch (const InputError&) {
    }
  };
  for (int round = 0; round < 10000; ++round) {
    attempt(key, [](const std::string& text) { parse_rating_key(text, "file"); });
    attempt(ratings, [&](const std::string& text) { parse_ratings(text, sheet, "file"); });
    attempt(scores, [](const std::string& text) { parse_image_scores(text, "file"); });
    attempt(table, [](const std::string& text) { parse_image_scores(text, "file"); });
    attempt(pictures, [](const std::string& text) { parse_picture_names(text, "file"); });
  }
  EXPECT_GT(read, 1000U);
}

TEST(Ratings, TakesEachRaterOnce) {
  const TemporaryFolder folder;
  write_text(folder / "one.json", exported("", "AB"));
  write_text(folder / "two.json", exported("", "CD"));
  write_text(folder / "late.json", exported("", "AB"));
  const RatingSheet sheet = three_items();
  EXPECT_EQ(read_ratings({folder / "one.json", folder / "two.json"}, sheet).size(), 2U);
  const std::string message = message_of<InputError>([&] {
    read_ratings({folder / "one.json", folder / "late.json"}, sheet);
  });
  EXPECT_NE(message.find("rater 'AB' is in"), std::string::npos) << message;
}

}  // namespace
}  // namespace storyteller::ratings_test
