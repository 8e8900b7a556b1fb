#include "train/metrics/caption_file.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "core/error.h"
#include "tests/mutate_text.h"
#include "tests/temporary_folder.h"

namespace storyteller {
namespace {

CaptionFile parse(const std::string& text) { return parse_caption_file(text, "file", true); }

/// The message of the InputError that the file gets.
std::string problem(const std::string& text, bool json = true) {
  try {
    parse_caption_file(text, "file", json);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

void expect_problem(const std::string& text, const std::vector<std::string>& parts,
                    bool json = true) {
  const std::string found = problem(text, json);
  EXPECT_TRUE(found.starts_with("file")) << found;
  EXPECT_EQ(found.find('\n'), std::string::npos) << found;
  for (const std::string& part : parts) {
    EXPECT_NE(found.find(part), std::string::npos) << "'" << part << "' in: " << found;
  }
}

TEST(CaptionFile, ReadsCocoResultsAndAnnotations) {
  for (const char* text :
       {R"([{"image_id": 42, "caption": "a dog"}, {"caption": "b\u00e9\n", "image_id": "x.jpg"}])",
        "\xEF\xBB\xBF"
        R"( {"info": {"annotations": [1], "caption": {"image_id": []}},
           "images": [{"id": 42, "image_id": [], "caption": 7}], "annotations": [
           {"id": 1, "more": {"image_id": 1, "caption": [[{}]]}, "image_id": 42.0,
            "caption": "a dog"},
           {"image_id": "x.jpg", "caption": "b\u00e9\n"}], "licenses": [[], {}, null]})"}) {
    const CaptionFile file = parse(text);
    EXPECT_EQ(file.form, CaptionForm::kIds);
    ASSERT_EQ(file.captions.size(), 2U);
    EXPECT_EQ(file.captions[0].image, "42");
    EXPECT_TRUE(file.captions[0].number);
    EXPECT_EQ(file.captions[0].caption, "a dog");
    EXPECT_EQ(file.captions[1].image, "x.jpg");
    EXPECT_FALSE(file.captions[1].number);
    EXPECT_EQ(file.captions[1].caption, "b\u00E9\n");
  }
  EXPECT_EQ(parse(R"([{"image_id": -7, "caption": ""}])").captions[0].image, "-7");
  EXPECT_EQ(parse(R"([{"image_id": 18446744073709551615, "caption": ""}])").captions[0].image,
            "18446744073709551615");
}

TEST(CaptionFile, WrongJsonNamesTheEntryAndTheFix) {
  expect_problem("", {"empty file"});
  expect_problem(" \n", {"empty file"});
  expect_problem("[]", {"no captions in it"});
  expect_problem("{}", {"no captions", "annotations"});
  expect_problem("7", {"a number", "expected results"});
  expect_problem("\"text\"", {"a string", "expected results"});
  expect_problem("null", {"null"});
  expect_problem("[7]", {"entry 1 is a number", "image_id"});
  expect_problem("[[]]", {"entry 1 is an array"});
  expect_problem(R"({"annotations": {}})", {"\"annotations\" is an object"});
  expect_problem(R"({"annotations": 3})", {"\"annotations\" is a number"});
  expect_problem(R"({"annotations": [], "annotations": []})", {"twice"});
  expect_problem(R"([{"image_id": 1, "caption": "a"}, {"image_id": 1}])",
                 {"entry 2 has no \"caption\""});
  expect_problem(R"([{"caption": "a"}])", {"entry 1 has no \"image_id\""});
  expect_problem(R"([{"image_id": 1.5, "caption": "a"}])", {"entry 1", "\"image_id\" is 1.5"});
  expect_problem(R"([{"image_id": 1e300, "caption": "a"}])", {"\"image_id\" is 1e300"});
  expect_problem(R"([{"image_id": null, "caption": "a"}])", {"\"image_id\" is null"});
  expect_problem(R"([{"image_id": "", "caption": "a"}])", {"\"image_id\" is empty"});
  expect_problem(R"([{"image_id": [1], "caption": "a"}])", {"\"image_id\" is an array"});
  expect_problem(R"([{"image_id": 1, "caption": ["a"]}])", {"\"caption\" is an array"});
  expect_problem(R"([{"image_id": 1, "caption": {}}])", {"\"caption\" is an object"});
  expect_problem(R"([{"image_id": 1, "caption": 3}])", {"\"caption\" is a number"});
  expect_problem(R"([{"image_id": 1, "caption": false}])", {"\"caption\" is true or false"});
  expect_problem(R"([{"image_id": 1, "image_id": 2, "caption": "a"}])", {"\"image_id\"", "twice"});
  expect_problem("[{\"image_id\": 1, \"caption\": \"\xC3(\"}]", {"not valid JSON", "UTF-8"});
  expect_problem(R"([{"image_id": 1, "caption": "a"})", {"not valid JSON"});
  expect_problem(R"([{"image_id": 1, "caption": "a"}] x)", {"not valid JSON"});
  expect_problem("\x89PNG\r\n\x1a\n", {"not valid JSON"});
  expect_problem(std::string(100000, '['), {"entry 1 is an array"});
  std::string deep = R"([{"image_id": 1, "x": )";
  deep.append(1000000, '[');
  expect_problem(deep, {"nested deeper than 1000"});
}

TEST(CaptionFile, ACaptionMayBeLongButNotEndless) {
  const auto of_length = [](size_t bytes) {
    return nlohmann::json::array({{{"image_id", 1}, {"caption", std::string(bytes, 'a')}}}).dump();
  };
  EXPECT_EQ(parse(of_length(kLongestCaption)).captions[0].caption.size(), kLongestCaption);
  expect_problem(of_length(kLongestCaption + 1), {"entry 1", "1048577 bytes"});
  expect_problem(std::string(kLongestCaption + 1, 'a'), {"file:1", "1048577 bytes"}, false);
}

TEST(CaptionFile, ReadsTextLineByLine) {
  const CaptionFile file = parse_caption_file("a dog\r\n\n[b]\nc", "file", false);
  EXPECT_EQ(file.form, CaptionForm::kLines);
  ASSERT_EQ(file.captions.size(), 4U);
  EXPECT_EQ(file.captions[0].caption, "a dog");
  EXPECT_EQ(file.captions[1].caption, "");
  EXPECT_EQ(file.captions[2].image, "3");
  EXPECT_EQ(file.captions[3].caption, "c");
  EXPECT_EQ(parse_caption_file("\n", "file", false).captions.size(), 1U);
  expect_problem("", {"empty file"}, false);
}

TEST(CaptionFile, ReadsFlickrTokenFiles) {
  const CaptionFile file = parse_caption_file("1#2.jpg#0\tA dog .\n\nb.jpg#1\t\n", "file", false);
  EXPECT_EQ(file.form, CaptionForm::kIds);
  ASSERT_EQ(file.captions.size(), 2U);
  EXPECT_EQ(file.captions[0].image, "1#2.jpg");
  EXPECT_EQ(file.captions[0].caption, "A dog .");
  EXPECT_EQ(file.captions[1].caption, "");
  expect_problem("a.jpg#0\tA dog .\nA dog .\n", {"file:2", "name.jpg#k<TAB>caption"}, false);
}

TEST(CaptionFile, FilesThatCannotBeRead) {
  const TemporaryFolder folder;
  EXPECT_THROW(read_caption_file(folder / "missing.json"), InputError);
  EXPECT_THROW(read_caption_file(folder.path()), InputError);
  write_text(folder / "a.txt", "[{\"image_id\": 1, \"caption\": \"a\"}]\n");
  EXPECT_EQ(read_caption_file(folder / "a.txt").form, CaptionForm::kIds) << "its content decides";
  write_text(folder / "a.JSON", "a dog\n");
  EXPECT_THROW(read_caption_file(folder / "a.JSON"), InputError) << "its name decides";
}

/// Whatever stands there: captions, or an InputError.
TEST(CaptionFile, RandomMutationsNeverEscape) {
  const std::string valid =
      R"({"info": {"x": [1, 2]}, "annotations": [{"image_id": 42, "caption": "a dog"},
          {"image_id": "b.jpg", "caption": "two \u00e9", "id": 1.5e3}]})";
  std::mt19937_64 random(4);
  size_t read = 0;
  for (int round = 0; round < 50000; ++round) {
    const std::string text = mutate_text(valid, kLikelyInJson, random);
    try {
      read += parse_caption_file(text, "file", random() % 2 == 0).captions.size();
    } catch (const InputError&) {
      continue;
    }
  }
  EXPECT_GT(read, 0U);
}

}  // namespace
}  // namespace storyteller
