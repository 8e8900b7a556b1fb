#include "core/text/json_text.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "tests/temporary_folder.h"
#include "train/data/formats/json_layouts.h"

namespace storyteller::json_text_test {
namespace {

std::string mended(std::string text, std::string* note = nullptr) {
  const std::string said = mend_json(&text);
  if (note != nullptr) *note = said;
  return text;
}

TEST(MendJson, WhatPythonWritesBecomesJsonInPlace) {
  EXPECT_EQ(mended(R"({"a": NaN, "b": [-Infinity, 1,], "c": "NaN, ]",})"),
            R"({"a": "" , "b": [""       , 1 ], "c": "NaN, ]" })");
  EXPECT_EQ(mended(R"(["\ud83d x", "\ud83d\ude00", "\\ud83d", "\ude00"])"),
            R"(["\uFFFD x", "\ud83d\ude00", "\\ud83d", "\uFFFD"])");
  std::string note;
  EXPECT_EQ(mended(R"({"n": null, "t": [1, -2.5e-3], "s": "a\"]"})", &note),
            R"({"n": null, "t": [1, -2.5e-3], "s": "a\"]"})");
  EXPECT_EQ(note, "");
  mended("[NaN, 1,]", &note);
  EXPECT_EQ(note,
            "1 NaN or Infinity taken for nothing, 1 commas before a closing bracket left out");
  for (const char* cut : {"\"", "\"\\", "\"\\ud8", "[1,", "Na", "-"}) EXPECT_EQ(mended(cut), cut);
}

TEST(JsonTextTest, GivesValuesOneAtATime) {
  const JsonText text(R"({"a": [1, {"b": "]"}], "c\n": "x"} 2, [])", "f.json");
  std::vector<std::string> values, keys, elements;
  std::string_view first;
  text.for_each_value([&](std::string_view value) {
    if (values.empty()) first = value;
    values.emplace_back(value);
  });
  EXPECT_EQ(values, (std::vector<std::string>{R"({"a": [1, {"b": "]"}], "c\n": "x"})", "2", "[]"}));
  text.for_each_member(first, [&](const std::string& key, std::string_view) {
    keys.push_back(key);
    return true;
  });
  EXPECT_EQ(keys, (std::vector<std::string>{"a", "c\n"}));
  text.for_each_element(text.member(first, "a"),
                        [&](size_t, std::string_view value) { elements.emplace_back(value); });
  EXPECT_EQ(elements, (std::vector<std::string>{"1", R"({"b": "]"})"}));
  EXPECT_EQ(text.first_element(text.member(first, "a")), "1");
  EXPECT_EQ(text.member(first, "none"), "");
}

TEST(JsonTextTest, NamesLinesWhereThereAreSeveral) {
  const JsonText lines("[1,\n {\"a\": }]\n", "f.json");
  EXPECT_NE(message_of<InputError>([&] {
              lines.for_each_value([&](std::string_view top) {
                lines.for_each_element(top, [&](size_t i, std::string_view value) {
                  if (i == 1) lines.parse(value, "[1]");
                });
              });
            }).find("f.json:2: [1]: not valid JSON"),
            std::string::npos);
  const JsonText line("{\"a\": 1", "f.json");
  EXPECT_EQ(message_of<InputError>([&] { line.for_each_value([](std::string_view) {}); }),
            "f.json: not valid JSON: it ends too early; is the file complete?");
}

/// Pictures with their captions, in order of the file: "p.jpg:one|two ".
std::string rows_of(const std::string& text, std::optional<Split> split = std::nullopt) {
  Rows rows(Split::kTrain);
  add_json(JsonText(text, "f.json"), split, rows);
  rows.add("end.jpg", Split::kTrain, {"."});
  PictureList list = rows.take();
  list.finish();
  std::string out;
  for (size_t i = 0; i + 1 < list.size(); ++i) {
    out += std::string(list.name(i)) + ":";
    for (const std::string& caption : list.captions_of(i)) out += caption + "|";
    out += std::string(split_name(list.split(i))) + " ";
  }
  return out;
}

TEST(JsonLayouts, AllSayTheSame) {
  const std::string expected = "p.jpg:one|two|train q.jpg:three|val ";
  for (
      const char* text :
      {R"([{"image":"p.jpg","captions":["one","two"]},{"image":"q.jpg","caption":"three","split":"val"}])",
       R"({"image":"p.jpg","captions":["one","two"]}
              {"image":"q.jpg","caption":"three","split":"val"})",
       R"({"data":[{"filename":"p.jpg","text":["one","two"]},{"img":"q.jpg","raw":"three","split":"dev"}]})",
       R"({"images":[{"filename":"p.jpg","split":"train","sentences":[{"raw":"one"},{"tokens":["two"]}]},
               {"filename":"q.jpg","split":"val","sentences":[{"raw":"three"}]}]})",
       R"({"annotations":[{"image_id":"07","caption":"one"},{"image_id":7.0,"caption":"two"},
               {"image_id":8,"caption":"three"},{"image_id":99,"caption":"left out"}],
               "images":[{"id":7,"file_name":"p.jpg"},{"id":"8","file_name":"q.jpg","split":"val"}]})",
       R"({"p.jpg":["one","two"],"q.jpg":{"captions":"three","split":"validation"},"version":1})",
       R"({"train":{"p.jpg":["one","two"]},"val":[{"image":"q.jpg","caption":"three"}]})",
       R"({"image":["p.jpg","q.jpg"],"captions":[["one","two"],["three"]],"split":["train","val"]})"}) {
    EXPECT_EQ(rows_of(text), expected) << text;
  }
}

TEST(JsonLayouts, AFolderStandsInFrontOfNamesInEach) {
  for (
      const char* text :
      {R"([{"image":"p.jpg","cocoid":7,"caption":"one"}])", R"({"p.jpg":["one"]})",
       R"({"annotations":[{"image_id":7,"caption":"one"}],"images":[{"id":7,"file_name":"p.jpg"}]})"}) {
    Rows rows(Split::kTrain);
    rows.put_below("first");
    add_json(JsonText(text, "f.json"), Split::kTrain, rows);
    const PictureList list = rows.take();
    ASSERT_EQ(list.size(), 1U) << text;
    EXPECT_EQ(list.name(0), "first/p.jpg");
    if (std::string(text).find('7') != std::string::npos) {
      EXPECT_EQ(list.number(0), 7);
    }
  }
}

TEST(JsonLayouts, CaptionsThatAreNotThereAreNone) {
  EXPECT_EQ(rows_of(R"([{"image":"p.jpg","caption":null,"text":"one"},{"image":"q.jpg","caption":7},
                        {"image":"r.jpg","caption":["nan",null,"two"]},{"image":"s.jpg"}])",
                    Split::kTrain),
            "p.jpg:one|train q.jpg:train r.jpg:two|train s.jpg:train ");
}

TEST(JsonLayouts, ErrorsShowTheElement) {
  const auto problem = [](const std::string& text) {
    return message_of<InputError>([&] { rows_of(text); });
  };
  EXPECT_NE(problem(R"([{"image":"p.jpg"},{"nr":1}])").find("f.json: [1]: no \"image\""),
            std::string::npos);
  EXPECT_NE(
      problem(R"({"images":[{"id":1,"file_name":"a"},{"id":1,"file_name":"b"}],"annotations":[]})")
          .find("images[1]: id 1 is that of 'a' (images[0]) and of 'b'"),
      std::string::npos);
  EXPECT_NE(
      problem(R"({"images":[{"id":1,"file_name":"a"}],"annotations":[{"image_id":1,"bbox":[]}]})")
          .find("no annotation has a caption; these are objects"),
      std::string::npos);
  EXPECT_NE(problem("image,caption").find("a table is read by csv:PATH"), std::string::npos);
}

}  // namespace
}  // namespace storyteller::json_text_test
