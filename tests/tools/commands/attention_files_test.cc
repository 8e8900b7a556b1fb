// Strips of --attention: one a picture, and nothing that is there is lost.
#include "tools/commands/attention_files.h"

#include <gtest/gtest.h>

#include <set>

#include "core/error.h"
#include "core/text/utf8.h"
#include "model/image/encode.h"
#include "tests/model/image/fixtures.h"
#include "tests/tools/commands/command_test.h"

namespace storyteller::attention_files_test {
namespace {

namespace fs = std::filesystem;

class AttentionFilesTest : public CommandTest {
 protected:
  void SetUp() override {
    captioner_ = Captioner::load(model(), Device::cpu());
    const Encoder& encoder = captioner_->encoder();
    caption_.words = {4};
    caption_.alpha.assign(static_cast<size_t>(encoder.grid_rows() * encoder.grid_columns()), 1);
  }
  /// The strip of the picture at `path`, which need not be there.
  fs::path draw(const fs::path& path) { return draw({.path = path}); }
  fs::path draw(const PictureName& picture) {
    return AttentionFiles(strips_).draw(picture, fixtures::smooth_picture(40, 30), caption_,
                                        *captioner_);
  }

  const fs::path strips_ = folder_ / "strips/inner";
  std::unique_ptr<Captioner> captioner_;
  Caption caption_;
};

TEST_F(AttentionFilesTest, AStripReplacesThatOfTheSamePicture) {
  const std::string picture = write("a.jpg", std::string("x"));
  EXPECT_EQ(draw(picture), strips_ / "a.png");
  EXPECT_EQ(draw(picture), strips_ / "a.png");
  EXPECT_EQ(draw(folder_ / "gone/../a.jpg"), strips_ / "a-2.png");  // that folder is not there
  EXPECT_EQ(draw(folder_ / "strips/../a.jpg"), strips_ / "a.png");
  EXPECT_FALSE(read_png_text(strips_ / "a.png", kDrawnFrom).empty());
}

TEST_F(AttentionFilesTest, PicturesOfOneNameGetStripsOfTheirOwn) {
  const std::string one = write("x/a.jpg", std::string("x")), two = write("y/a.png", std::string());
  for (int run = 0; run < 2; ++run) {
    EXPECT_EQ(draw(one), strips_ / "a.png");
    EXPECT_EQ(draw(two), strips_ / "a-2.png");
    EXPECT_EQ(draw({.path = "stdin", .bytes = std::vector<std::byte>(3, std::byte{1})}),
              strips_ / "stdin.png");
    EXPECT_EQ(draw({.path = "stdin", .bytes = std::vector<std::byte>(3, std::byte{2})}),
              strips_ / "stdin-2.png");
  }
}

TEST_F(AttentionFilesTest, NothingElseThatIsThereIsReplaced) {
  fs::create_directories(strips_);
  const std::string photo = "a photograph";
  write_text(strips_ / "a.png", photo);
  write_png(strips_ / "a-2.png", fixtures::smooth_picture(4, 4));  // without a mark
  fs::create_symlink("gone", strips_ / "a-3.png");
  EXPECT_EQ(draw(folder_ / "a.jpg"), strips_ / "a-4.png");
  EXPECT_EQ(file_text(strips_ / "a.png"), photo);
  EXPECT_TRUE(fs::is_symlink(strips_ / "a-3.png"));
}

TEST_F(AttentionFilesTest, LongNamesAreCutAndStayDistinct) {
  std::string begin;  // 2 bytes a letter
  for (int i = 0; i < 125; ++i) begin += "\u00e9";
  std::set<fs::path> strips;
  for (const char* end : {"1.jpg", "2.jpg", "3.jpg"}) strips.insert(draw(folder_ / (begin + end)));
  EXPECT_EQ(strips.size(), 3U);
  for (const fs::path& strip : strips) {
    EXPECT_TRUE(fs::exists(strip));
    EXPECT_LE(strip.filename().string().size(), 250U);
    EXPECT_TRUE(is_utf8(strip.filename().string())) << strip;
    EXPECT_EQ(strip.extension(), ".png");
  }
}

TEST_F(AttentionFilesTest, TheStripOfAPictureIsNoneOfThePictures) {
  const std::string picture = write("a.png", std::string("x"));
  InputFiles inputs;
  inputs.add(picture, "a picture");
  const AttentionFiles beside(folder_.path());
  const std::string message =
      message_of<UsageError>([&] { beside.require_other(picture, inputs); });
  EXPECT_NE(message.find("name another folder"), std::string::npos) << message;
  EXPECT_NO_THROW(beside.require_other(folder_ / "b.png", inputs));
  EXPECT_NO_THROW(AttentionFiles(strips_).require_other(picture, inputs));
}

TEST_F(AttentionFilesTest, AFileInPlaceOfTheFolder) {
  const std::string file = write("a", std::string("x"));
  const std::string message = message_of<IoError>([&] { const AttentionFiles strips(file); });
  EXPECT_TRUE(message.starts_with("--attention " + file)) << message;
}

}  // namespace
}  // namespace storyteller::attention_files_test
