// `storyteller caption`: what it prints, for which pictures.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include <nlohmann/json.hpp>

#include "model/image/decode.h"
#include "model/image/encode.h"
#include "tests/tools/commands/command_test.h"

namespace storyteller::caption_command_test {
namespace {

using CaptionCommand = CommandTest;
using fixtures::make_jpeg;
using fixtures::make_png;

TEST_F(CaptionCommand, PrintsTheSentenceAndNothingElse) {
  for (const char* threads : {"1", "2"}) {
    const Ended ended = caption({scene(), "--threads", threads});
    EXPECT_EQ(ended.code, 0);
    EXPECT_EQ(ended.out, std::string(kSentence) + "\n");
    EXPECT_EQ(ended.err, "");
  }
}

TEST_F(CaptionCommand, TakesTheModelFromTheEnvironment) {
  const Ended ended =
      run_storyteller({"caption", scene()}, {.environment = {{"STORYTELLER_MODEL", model()}}});
  EXPECT_EQ(ended.out, std::string(kSentence) + "\n");
}

TEST_F(CaptionCommand, TakesEveryKindOfJpegAndPng) {
  const Image image = read_image(scene());
  std::vector<std::uint8_t> deep, alpha, gray, cmyk;
  for (size_t i = 0; i < image.rgb.size(); i += 3) {
    for (size_t c = 0; c < 3; ++c) {
      deep.insert(deep.end(), {image.rgb[i + c], image.rgb[i + c]});  // v * 257, big-endian
      alpha.push_back(image.rgb[i + c]);
      cmyk.push_back(image.rgb[i + c]);  // Adobe stores inks inverted
    }
    alpha.push_back(255);
    cmyk.push_back(255);
    gray.push_back(image.rgb[i + 1]);
  }
  const int w = image.width, h = image.height;
  // The same pixels give the same sentence.
  const std::string same[] = {
      write("deep.png", make_png(w, h, deep, {.bit_depth = 16})),
      write("alpha.png", make_png(w, h, alpha, {.color_type = PNG_COLOR_TYPE_RGB_ALPHA})),
      write("interlaced.png", make_png(w, h, image.rgb, {.interlaced = true})),
      write("a name without an ending", make_png(w, h, image.rgb)),
      write("png.jpg", make_png(w, h, image.rgb)),
      write(
          "cmyk.jpg",
          make_jpeg(w, h, cmyk,
                    {.input = JCS_CMYK, .stored = JCS_CMYK, .adobe_marker = true, .quality = 100})),
      write("progressive.jpeg", make_jpeg(image, {.progressive = true, .quality = 100}))};
  for (const std::string& path : same) {
    const Ended ended = caption({path});
    EXPECT_EQ(ended.out, std::string(kSentence) + "\n") << path;
    EXPECT_EQ(ended.code, 0) << path << ended.err;
    EXPECT_EQ(ended.err, "") << path;
  }
  // Others look different; they are captioned.
  const std::string others[] = {
      write("gray.png", make_png(w, h, gray, {.color_type = PNG_COLOR_TYPE_GRAY})),
      write("gray.jpg", make_jpeg(w, h, gray, {.input = JCS_GRAYSCALE, .stored = JCS_GRAYSCALE})),
      write("palette.png", make_png(w, h, std::vector<std::uint8_t>(gray.size(), 1),
                                    {.color_type = PNG_COLOR_TYPE_PALETTE,
                                     .palette = {{255, 0, 0}, {20, 90, 200}}})),
      write("one.png", make_png(1, 1, std::vector<std::uint8_t>{9, 9, 9})),
      write("wide.jpg", make_jpeg(fixtures::smooth_picture(3000, 20)))};
  for (const std::string& path : others) {
    const Ended ended = caption({path});
    EXPECT_EQ(ended.code, 0) << path << ended.err;
    EXPECT_EQ(lines_of(ended.out).size(), 1U) << path;
    EXPECT_GT(ended.out.size(), 1U) << path;
  }
}

TEST_F(CaptionCommand, CaptionsAFolderInOrderOfNames) {
  const std::string png = file_text(scene());
  for (const char* name : {"c.png", "a.PNG", "b.jpg"}) write(std::string("in/") + name, png);
  write("in/notes.txt", "not a picture, not looked at");
  const std::string in = folder_ / "in";
  const Ended ended = caption({in});
  EXPECT_EQ(ended.code, 0) << ended.err;
  std::string expected;
  for (const char* name : {"a.PNG", "b.jpg", "c.png"}) {
    expected += in + "/" + name + "\t" + kSentence + "\n";
  }
  EXPECT_EQ(ended.out, expected);
}

TEST_F(CaptionCommand, ReadsNamesFromStandardInput) {
  const std::string copy = write("with blank.png", file_text(scene()));
  const Ended ended = caption({"-"}, {.input = scene() + "\r\n\n" + copy + "\n"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.out, scene() + "\t" + kSentence + "\n" + copy + "\t" + kSentence + "\n");
}

TEST_F(CaptionCommand, AListOfOneNameIsStillAList) {
  const Ended ended = caption({"-"}, {.input = scene() + "\n"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.out, scene() + "\t" + kSentence + "\n");
  const Ended none = caption({"-"}, {.input = ""});
  EXPECT_EQ(none.code, 0) << none.err;
  EXPECT_EQ(none.out, "");
}

TEST_F(CaptionCommand, AListOfAFolderAndWhatIsInItGivesEachPictureOnce) {
  const std::string picture = write("in/a.jpg", file_text(scene()));
  const std::string folder = folder_ / "in", other = folder + "/./a.jpg";
  for (const std::string& list :
       {folder + "\n" + picture + "\n" + other + "\n", folder + "/\n" + folder + "\n" + other}) {
    const Ended ended = caption({"-"}, {.input = list});
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_EQ(lines_of(ended.out).size(), 1U) << ended.out;
    EXPECT_NE(ended.err.find("2 pictures, such as"), std::string::npos) << ended.err;
  }
  const Ended twice = caption({"-"}, {.input = picture + "\n" + picture + "\n"});
  EXPECT_EQ(lines_of(twice.out).size(), 2U) << "asked for twice";
  EXPECT_EQ(twice.err, "");
}

TEST_F(CaptionCommand, GoodPicturesAmongBadOnesAreCaptioned) {
  write("in/good.jpg", file_text(scene()));
  write("in/bad.jpg", "text");
  const std::string missing = folder_ / "missing.png";
  const Ended ended =
      caption({"-", folder_ / "in", scene()}, {.input = missing + "\n" + scene() + "\n"});
  EXPECT_EQ(ended.code, 3) << "one that was named could not be read";
  EXPECT_EQ(ended.out, scene() + "\t" + kSentence + "\n" + (folder_ / "in/good.jpg").string() +
                           "\t" + kSentence + "\n" + scene() + "\t" + kSentence + "\n");
  const auto errors = lines_of(ended.err);
  ASSERT_EQ(errors.size(), 2U) << ended.err;
  EXPECT_NE(errors[0].find("missing.png"), std::string::npos) << errors[0];
  EXPECT_NE(errors[1].find("bad.jpg"), std::string::npos) << errors[1];
}

TEST_F(CaptionCommand, ReportIsAPageOfThePictures) {
  const std::string page = folder_ / "page.html";
  write("in/<b>.jpg", file_text(scene()));
  write("in/wide.jpg", make_jpeg(fixtures::smooth_picture(300, 100)));
  const Ended ended = caption({"--report", page, folder_ / "in"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(lines_of(ended.out).size(), 2U);
  const std::string html = file_text(page);
  for (const char* part : {kSentence, "&lt;b&gt;.jpg", "wide.jpg", "scene_cnn", "class=\"maps\""}) {
    EXPECT_NE(html.find(part), std::string::npos) << part;
  }
  EXPECT_EQ(html.find("<b>"), std::string::npos);
  expect_error(caption({"--report", folder_ / "none/page.html", scene()}), 5,
               {"--report", "create it first"});
}

TEST_F(CaptionCommand, JsonIsOneObjectALine) {
  const std::string odd = write("a \"b\"\xFF.png", file_text(scene()));
  const Ended ended = caption({"--json", scene(), odd});
  EXPECT_EQ(ended.code, 0) << ended.err;
  const auto lines = lines_of(ended.out);
  ASSERT_EQ(lines.size(), 2U);
  for (const std::string& line : lines) {
    const auto json = nlohmann::json::parse(line);
    EXPECT_EQ(json["caption"], kSentence);
    EXPECT_LT(json["log_probability"].get<double>(), 0);
    EXPECT_TRUE(std::isfinite(json["score"].get<double>()));
  }
  EXPECT_EQ(nlohmann::json::parse(lines[0])["image"], scene());
  EXPECT_FALSE(nlohmann::json::parse(lines[0]).contains("attention"));
  EXPECT_TRUE(lines[0].starts_with("{\"image\":")) << "what it is about comes first";

  const std::string maps = folder_ / "maps";
  const Ended drawn = caption({"--json", "--attention", maps, scene(), scene()});
  for (const std::string& line : lines_of(drawn.out)) {
    const std::string strip = nlohmann::json::parse(line)["attention"];
    EXPECT_GT(read_image(strip).width, 208) << strip;
  }
}

TEST_F(CaptionCommand, SearchOptionsAreObeyed) {
  const Ended ended = caption({"--beam", "1", "--max-words", "2", scene()});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(std::count(ended.out.begin(), ended.out.end(), ' '), 1) << ended.out;
}

TEST_F(CaptionCommand, DrawsAStripForEveryPicture) {
  write("x/scene.png", file_text(scene()));
  write("y/scene.jpg", make_jpeg(fixtures::smooth_picture(300, 100)));
  const std::string out = folder_ / "deep/strips";
  const Ended ended =
      caption({"--attention", out, folder_ / "x/scene.png", folder_ / "y/scene.jpg"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(lines_of(ended.out).size(), 2U);
  const Image square = read_image(std::filesystem::path(out) / "scene.png");
  const Image wide = read_image(std::filesystem::path(out) / "scene-2.png");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(out), {}), 2);
  // Up to six tiles of 208 pixels in a row, the photo the first of them.
  const auto words = std::count(kSentence, kSentence + std::strlen(kSentence), ' ') + 1;
  const auto columns = std::min<long>(6, words + 1), rows = (words + 6) / 6;
  EXPECT_GT(square.width, 208 * columns);
  EXPECT_LT(square.width, 240 * columns + 40);
  EXPECT_GT(square.height, 208 * rows);
  EXPECT_LT(square.height, 280 * rows + 40);
  EXPECT_LT(wide.height, square.height);
}

TEST_F(CaptionCommand, AFewBadFilesOfAFolderAreNamedAndForgiven) {
  for (int i = 0; i < 4; ++i) {
    write("in/" + std::to_string(i) + ".jpg", i == 2 ? "text" : file_text(scene()));
  }
  const Ended forgiven = caption({folder_ / "in"});
  EXPECT_EQ(forgiven.code, 0) << forgiven.err;
  EXPECT_EQ(lines_of(forgiven.out).size(), 3U);
  ASSERT_EQ(lines_of(forgiven.err).size(), 1U) << forgiven.err;
  EXPECT_NE(forgiven.err.find("2.jpg"), std::string::npos);

  for (int i = 0; i < 12; ++i) write("in/bad" + std::to_string(i) + ".jpg", "text");
  const Ended too_many = caption({folder_ / "in"});
  EXPECT_EQ(too_many.code, 3);
  EXPECT_EQ(lines_of(too_many.out).size(), 3U);
  EXPECT_EQ(lines_of(too_many.err).size(), 13U);
}

}  // namespace
}  // namespace storyteller::caption_command_test
