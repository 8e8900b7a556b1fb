#include "train/metrics/files/caption_file.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "core/error.h"
#include "tests/mutate_text.h"
#include "tests/temporary_folder.h"

namespace storyteller::caption_file_test {
namespace {

CaptionFile parse(const std::string& text) {
  return parse_caption_file(text, "file", CaptionSyntax::kJson);
}

/// The message of the InputError that the file gets.
std::string problem(const std::string& text, bool json = true) {
  try {
    parse_caption_file(text, "file", json ? CaptionSyntax::kJson : CaptionSyntax::kAny);
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
  expect_problem(R"([{"image_id": 1, "caption": [["a"]]}])", {"\"caption\" is an array"});
  expect_problem(R"([{"image_id": 1, "caption": {}}])", {"\"caption\" is an object"});
  expect_problem(R"([{"image_id": 1, "caption": 3}])", {"\"caption\" is a number"});
  expect_problem(R"([{"image_id": 1, "caption": false}])", {"\"caption\" is true or false"});
  expect_problem(R"([{"image_id": 1, "image_id": 2, "caption": "a"}])", {"\"image_id\"", "twice"});
  expect_problem("[{\"image_id\": 1, \"caption\": \"\xC3(\"}]",
                 {"bytes that are not UTF-8", "iconv"});
  expect_problem(R"([{"image_id": 1, "caption": "a"})", {"not valid JSON"});
  expect_problem(R"([{"image_id": 1, "caption": "a"}] x)", {"entry 1 is an array"});
  expect_problem(R"([{"image_id": 1, "caption": "a" "b"}])", {"not valid JSON"});
  expect_problem("\x89PNG\r\n\x1a\n", {"not UTF-8"});
  expect_problem("[{'image_id': 1, 'caption': 'a'}]", {"single quotes", "json.dump"});
  expect_problem(std::string(100000, '['), {"nested deeper than 500"});
  std::string deep = R"([{"image_id": 1, "x": )";
  deep.append(1000000, '[');
  expect_problem(deep, {"nested deeper than 500"});
}

TEST(CaptionFile, ACaptionMayBeLongButNotEndless) {
  const auto of_length = [](size_t bytes) {
    return nlohmann::json::array({{{"image_id", 1}, {"caption", std::string(bytes, 'a')}}}).dump();
  };
  EXPECT_EQ(parse(of_length(kLongestCaption)).captions[0].caption.size(), kLongestCaption);
  expect_problem(of_length(kLongestCaption + 1), {"entry 1", "1048577 bytes"});
  expect_problem(std::string(kLongestCaption + 1, 'a'), {"file:1", "more than 1 MiB"}, false);
}

TEST(CaptionFile, ReadsTextLineByLine) {
  const CaptionFile file = parse_caption_file("a dog\r\n\n[b]\nc", "file");
  EXPECT_EQ(file.form, CaptionForm::kLines);
  ASSERT_EQ(file.captions.size(), 4U);
  EXPECT_EQ(file.captions[0].caption, "a dog");
  EXPECT_EQ(file.captions[1].caption, "");
  EXPECT_EQ(file.captions[2].image, "3");
  EXPECT_EQ(file.captions[3].caption, "c");
  EXPECT_EQ(parse_caption_file("\n", "file").captions.size(), 1U);
  expect_problem("", {"empty file"}, false);
}

TEST(CaptionFile, ReadsFlickrTokenFiles) {
  const CaptionFile file = parse_caption_file("1#2.jpg#0\tA dog .\n\nb.jpg#1\t\n", "file");
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

/// Image and caption of each.
using Filed = std::vector<std::pair<std::string, std::string>>;
Filed filed(const CaptionFile& file) {
  Filed all;
  for (const FiledCaption& caption : file.captions) {
    all.emplace_back(caption.image, caption.caption);
  }
  return all;
}

TEST(CaptionFile, ReadsTheLayoutsThatPeopleHave) {
  const Filed two = {{"42", "a dog"}, {"43", "a cat"}};
  for (const char* text : {
           "{\"image_id\": 42, \"caption\": \"a dog\"}\n\n"
           "{\"image_id\": 43, \"caption\": \"a cat\"}\n",
           R"({"42": ["a dog"], "43": ["a cat"]})",
           R"({"42": "a dog", "43": "a cat"})",
           R"({"42": [{"image_id": 42, "caption": "a dog"}], "43": [{"caption": "a cat"}]})",
           R"({"results": [{"image_id": 42, "caption": "a dog"},
                           {"image_id": 43, "caption": ["a cat"]}]})",
           R"([{"id": 42, "text": "a dog"}, {"id": "43", "captions": ["a cat"]}])",
           R"([{"image_id": 42, "caption": "a dog", "score": NaN},
               {"image_id": 43, "caption": "a cat", "score": -Infinity},])",
           R"({"dataset": "coco", "images": [
               {"filename": "42.jpg", "cocoid": 42, "imgid": 0, "sentences": [{"raw": "a dog"}]},
               {"filename": "43.jpg", "cocoid": 43, "imgid": 1,
                "sentences": [{"tokens": ["a", "cat"]}]}]})",
       }) {
    EXPECT_EQ(filed(parse(text)), two) << text;
  }
  EXPECT_EQ(filed(parse(R"({"image": "a.jpg", "captions": ["x", "", "x"]})")),
            (Filed{{"a.jpg", "x"}, {"a.jpg", ""}, {"a.jpg", "x"}}))
      << "what stands there counts as it stands";
  EXPECT_EQ(filed(parse(R"([{"image": {"path": "a.jpg", "bytes": null}, "caption": "x"}])")),
            (Filed{{"a.jpg", "x"}}));
}

TEST(CaptionFile, KnowsThePicturesNames) {
  const CaptionFile coco = parse(R"({"images": [{"id": 42, "file_name": "b/42.jpg"}, {"id": 7}],
      "annotations": [{"id": 1, "image_id": 42, "caption": "a dog"}]})");
  ASSERT_EQ(coco.images().size(), 1U);
  EXPECT_EQ(coco.images()[0].id, "42");
  EXPECT_EQ(coco.images()[0].file, "b/42.jpg");
}

TEST(CaptionFile, NullIsNoCaption) {
  const CaptionFile file =
      parse(R"([{"image_id": 1, "caption": null}, {"image_id": 2, "caption": []},
                                     {"image_id": 3, "caption": "a"}])");
  ASSERT_EQ(file.captions.size(), 3U);
  EXPECT_TRUE(file.captions[0].absent);
  EXPECT_TRUE(file.captions[1].absent);
  EXPECT_FALSE(file.captions[2].absent);
  ASSERT_EQ(file.notes.size(), 1U);
  EXPECT_EQ(file.notes[0], "file: 2 captions are null, the first that of image 1");
  const CaptionFile errors = parse(
      "{\"image\": \"a.jpg\", \"error\": \"cut off\"}\n{\"image\": \"b.jpg\", \"caption\": \"x\"}");
  EXPECT_EQ(filed(errors), (Filed{{"b.jpg", "x"}}));
  EXPECT_EQ(errors.notes.size(), 1U);
}

TEST(CaptionFile, ReadsTables) {
  const Filed two = {{"a.jpg", "A dog, running ."}, {"b.jpg", "A cat ."}};
  for (const char* text : {
           "image,caption\na.jpg,\"A dog, running .\"\nb.jpg,A cat .\n",
           "a.jpg,\"A dog, running .\"\nb.jpg,\"A cat .\"\n",
           "a.jpg\tA dog, running .\nb.jpg\tA cat .\n",
           "a.jpg| 0| A dog, running .\r\nb.jpg| 0| A cat .\r\n",
           "a.jpg\t0\tA dog, running .\nb.jpg\t0\tA cat .\n",
           "a.jpg,0,A dog, running .\nb.jpg,0,\"A cat .\"\n",
           "image_name| comment_number| comment\na.jpg| 0| A dog, running .\nb.jpg| 0| A cat .\n",
           "Caption;File Name\nA dog, running .;a.jpg\nA cat .;b.jpg\n",
       }) {
    const CaptionFile file = parse_caption_file(text, "file");
    EXPECT_EQ(filed(file), two) << text;
    EXPECT_EQ(file.form, CaptionForm::kIds);
  }
  EXPECT_EQ(filed(parse_caption_file("42\ta dog\n", "file")), (Filed{{"42", "a dog"}}));
  expect_problem("a.jpg a dog\nb.jpg a cat\n", {"name of a picture", "tab"}, false);
  const CaptionFile titled = parse_caption_file("caption\nA dog .\n\n", "file");
  EXPECT_EQ(titled.form, CaptionForm::kLines);
  EXPECT_EQ(titled.captions.size(), 2U);
  EXPECT_EQ(titled.notes.size(), 1U);
  try {
    parse_caption_file("who,what\nme,that\n", "a.csv", CaptionSyntax::kTable);
    FAIL();
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("titles are 'who', 'what'"), std::string::npos);
  }
}

TEST(CaptionFile, WhatATableRepeatsCountsAndWhatIsOddInItIsSaid) {
  const CaptionFile file = parse_caption_file(
      "image,caption,split\na.jpg,A caf\xE9 .,train\na.jpg,A dog .,val\na.jpg,A dog .,\nb.jpg,,\n",
      "split.csv", CaptionSyntax::kTable);
  EXPECT_EQ(
      filed(file),
      (Filed{
          {"a.jpg", "A caf\uFFFD ."}, {"a.jpg", "A dog ."}, {"a.jpg", "A dog ."}, {"b.jpg", ""}}));
  std::string notes;
  for (const std::string& note : file.notes) notes += note + "\n";
  const size_t bytes = notes.find("bytes that are not UTF-8");
  EXPECT_NE(bytes, std::string::npos) << notes;
  EXPECT_EQ(notes.find("bytes that are not UTF-8", bytes + 1), std::string::npos) << notes;
  EXPECT_NE(notes.find("1 of 4 rows have no caption"), std::string::npos) << notes;
  EXPECT_EQ(notes.find("name no split"), std::string::npos) << notes;
}

TEST(CaptionFile, NumbersInSomeLinesAreNoColumnExceptBetweenBars) {
  EXPECT_EQ(filed(parse_caption_file("a.jpg\t3\tdogs\nb.jpg\ttwo cats\n", "file")),
            (Filed{{"a.jpg", "3\tdogs"}, {"b.jpg", "two cats"}}));
  EXPECT_EQ(
      filed(parse_caption_file("a.jpg| 0|\nb.jpg| cats | dogs\nc.jpg| 1| one | two\n", "file")),
      (Filed{{"a.jpg", ""}, {"b.jpg", "cats | dogs"}, {"c.jpg", "one | two"}}));
}

TEST(CaptionFile, LinesOfTextAreNoTable) {
  for (const char* text : {"A dog, running .\nA cat .\n", "2, 3 dogs\n4, 5 cats\n",
                           "2 dogs\n3 cats\n", "Image, caption: what it says\n"}) {
    EXPECT_EQ(parse_caption_file(text, "file").form, CaptionForm::kLines) << text;
  }
}

TEST(CaptionFile, WhatItIsWrittenInMakesNoDifference) {
  const std::vector<std::string> texts = {"a\nb\n",
                                          "\xEF\xBB\xBF"
                                          "a\r\nb\r\n",
                                          "a\rb",
                                          std::string("\xFF\xFE"
                                                      "a\0\n\0b\0",
                                                      8)};
  for (const std::string& text : texts) {
    EXPECT_EQ(filed(parse_caption_file(text, "file")), (Filed{{"1", "a"}, {"2", "b"}}));
  }
  const CaptionFile latin = parse_caption_file("a\ncaf\xE9 x\n", "file");
  EXPECT_EQ(latin.captions[1].caption, "caf\uFFFD x");
  ASSERT_EQ(latin.notes.size(), 1U);
  EXPECT_NE(latin.notes[0].find("1 line holds bytes that are not UTF-8, first line 2"),
            std::string::npos);
  expect_problem(std::string("a\0b\n", 4), {"file:1: a NUL byte"}, false);
}

TEST(CaptionFile, TokenFilesMayBeginWithCommentsAndBlankLines) {
  EXPECT_EQ(filed(parse_caption_file("# Flickr8k\n\na.jpg#0\tA dog .\n", "file")),
            (Filed{{"a.jpg", "A dog ."}}));
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
      read += parse_caption_file(text, "file",
                                 random() % 2 == 0 ? CaptionSyntax::kJson : CaptionSyntax::kAny)
                  .captions.size();
    } catch (const InputError&) {
      continue;
    }
  }
  EXPECT_GT(read, 0U);
}

}  // namespace
}  // namespace storyteller::caption_file_test
