#include "train/data/coco_captions.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/temporary_folder.h"

namespace storyteller {
namespace {

TEST(CocoCaptions, ReadsResultsInTheirOrder) {
  const auto results = parse_coco_results(
      R"([{"image_id": 391895, "caption": "a man", "score": 1},
          {"image_id": "1000.jpg", "caption": ""}])",
      "r.json");
  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(results[0].image_id, "391895");
  EXPECT_EQ(results[0].caption, "a man");
  EXPECT_EQ(results[1].image_id, "1000.jpg");
  EXPECT_EQ(results[1].caption, "");
  EXPECT_TRUE(parse_coco_results("\xEF\xBB\xBF[]", "r.json").empty()) << "a byte order mark";
}

TEST(CocoCaptions, GathersAnnotationsByImage) {
  const auto images = parse_coco_annotations(
      R"({"info": {}, "images": [{"id": 2, "file_name": "two.jpg"}, {"id": 1}],
          "annotations": [{"image_id": 1, "caption": "a"}, {"image_id": 3, "caption": "c"},
                          {"id": 9, "image_id": 1, "caption": "b"}]})",
      "a.json");
  ASSERT_EQ(images.size(), 3U);
  EXPECT_EQ(images[0].id, "2");
  EXPECT_EQ(images[0].file_name, "two.jpg");
  EXPECT_TRUE(images[0].captions.empty());
  EXPECT_EQ(images[1].id, "1");
  EXPECT_EQ(images[1].captions, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(images[2].id, "3");
  EXPECT_EQ(images[2].captions, (std::vector<std::string>{"c"}));
  EXPECT_TRUE(parse_coco_annotations(R"({"annotations": []})", "a.json").empty());
}

TEST(CocoCaptions, SaysWhatIsWrongAndWhere) {
  const auto results_error = [](const std::string& text) {
    return message_of<InputError>([&] { parse_coco_results(text, "r.json"); });
  };
  const auto annotations_error = [](const std::string& text) {
    return message_of<InputError>([&] { parse_coco_annotations(text, "a.json"); });
  };
  const auto has = [](const std::string& message, const std::string& part) {
    EXPECT_NE(message.find(part), std::string::npos) << part << " in: " << message;
  };
  has(results_error(""), "r.json: not JSON");
  has(results_error("[{\"image_id\": 1, \"caption\": \"\xff\"}]"), "r.json: not JSON");
  has(results_error("{}"), "no list of results; expected [{\"image_id\"");
  has(results_error("[3]"), "element 0 is no object");
  has(results_error(R"([{"image_id": 1, "caption": "a"}, {"image_id": 2}])"),
      "element 1 has no text 'caption'");
  has(results_error(R"([{"image_id": 1.5, "caption": "a"}])"), "element 0 has no 'image_id'");
  has(results_error(R"([{"image_id": 1, "caption": "a"}, {"image_id": "1", "caption": "b"}])"),
      "image 1 has two captions");
  has(annotations_error("[]"), "no list 'annotations'");
  has(annotations_error(R"({"annotations": [], "images": 3})"), "'images' is no list");
  has(annotations_error(R"({"annotations": [], "images": [{"id": 1}, {"id": 1}]})"),
      "image 1 is listed twice");
  has(annotations_error(R"({"annotations": [{"image_id": 1, "caption": null}]})"),
      "annotations: element 0 has no text 'caption'");
  has(annotations_error(R"({"annotations": [], "images": [{"id": 1, "file_name": 2}]})"),
      "images: element 0 has no text 'file_name'");
}

TEST(CocoCaptions, NamesTheFileThatCannotBeRead) {
  const TemporaryFolder folder;
  const std::string missing =
      message_of<InputError>([&] { read_coco_results(folder / "none.json"); });
  EXPECT_NE(missing.find("none.json: cannot be opened: No such file"), std::string::npos) << missing;
  EXPECT_NE(message_of<InputError>([&] { read_coco_annotations(folder.path()); }).find("is a folder; name a file"),
            std::string::npos);
  write_text(folder / "r.json", R"([{"image_id": 7, "caption": "seven"}])");
  EXPECT_EQ(read_coco_results(folder / "r.json").at(0).image_id, "7");
}

}  // namespace
}  // namespace storyteller
