#include "train/rating/image_scores.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "tests/temporary_folder.h"

namespace storyteller::image_scores_test {
namespace {

void expect_two_images(const ImageScores& scores) {
  EXPECT_EQ(scores.metrics, (std::vector<std::string>{"CIDEr", "BLEU-4"}));
  ASSERT_EQ(scores.values.size(), 2U);
  EXPECT_EQ(scores.values.at("12"), (std::vector<double>{1.5, 0.25}));
  EXPECT_EQ(scores.values.at("x")[0], -1e-3);
  EXPECT_TRUE(std::isnan(scores.values.at("x")[1]));
}

TEST(ImageScores, ReadsEveryForm) {
  expect_two_images(parse_image_scores(
      "image_id,caption,CIDEr,BLEU-4\r\n12,\"a \"\"b\"\", c\nd\",1.5,.25\r\nx,e,-1e-3,\r\n",
      "s.csv"));
  expect_two_images(parse_image_scores(
      R"([{"image_id": 12, "caption": "a", "CIDEr": 1.5, "BLEU-4": 0.25},
          {"image_id": "x", "CIDEr": -1e-3, "BLEU-4": null}])",
      "s.json"));
  expect_two_images(parse_image_scores(
      R"({"corpus": {"CIDEr": 1}, "images": [{"image_id": 12, "CIDEr": 1.5, "BLEU-4": 0.25},
          {"image_id": "x", "CIDEr": -1e-3}]})",
      "s.json"));
  expect_two_images(
      parse_image_scores("{\"image\": \"12\", \"CIDEr\": 1.5, \"BLEU-4\": 0.25}\n\n{\"image\": "
                         "\"x\", \"CIDEr\": -1e-3}\n",
                         "s.jsonl"));
}

TEST(ImageScores, SaysWhatIsWrong) {
  const auto error = [](const std::string& text) {
    return message_of<InputError>([&] { parse_image_scores(text, "s"); });
  };
  const auto has = [](const std::string& message, const std::string& part) {
    EXPECT_TRUE(message.starts_with("s:")) << message;
    EXPECT_NE(message.find(part), std::string::npos) << part << " in: " << message;
  };
  has(error(""), "names no column image_id");
  has(error("a,b\n1,2\n"), "names no column image_id");
  has(error("image_id,CIDEr\n1,2\n1,3\n"), "image 1 has scores already");
  has(error("image_id,CIDEr\n1,2,3\n"), "record 1 has 3 fields, the first line 2");
  has(error("image_id,caption\n1,a\n"), "no scores of images");
  has(error("image_id,CIDEr\n"), "no scores of images");
  has(error("[1]"), "element 0: no object");
  has(error("[{\"CIDEr\": 1}]"), "element 0: no image_id");
  has(error("[{\"image_id\": 1"), "not JSON");
  has(error("{\"image_id\": 1, \"CIDEr\": 2}\n{\"image_id\":"), "s:2: not JSON");
  has(error("{\"images\": 3}"), "no list of images' scores");
}

}  // namespace
}  // namespace storyteller::image_scores_test
