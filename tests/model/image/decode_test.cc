#include "model/image/decode.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <thread>

#include <sys/stat.h>

#include "core/error.h"
#include "core/system/atomic_file.h"
#include "model/image/encode.h"
#include "tests/model/image/fixtures.h"
#include "tests/temporary_folder.h"

namespace storyteller::decode_test {
namespace {

using namespace fixtures;

class ReadImage : public testing::Test {
 protected:
  /// The message for a file with these contents, without the folder.
  std::string message_for(const std::string& name, std::string_view contents) {
    write_bytes(folder_ / name, to_bytes(contents));
    return message(name);
  }
  std::string message(const std::string& name) {
    try {
      read_image(folder_.path() / name);
    } catch (const InputError& error) {
      const std::string text = error.what();
      const std::string prefix = folder_.path().string() + "/";
      EXPECT_EQ(text.rfind(prefix, 0), 0U) << text;
      EXPECT_EQ(text.find('\n'), std::string::npos);
      return text.substr(prefix.size());
    }
    return "";
  }
  std::string at(const std::string& name) const { return (folder_ / name).string(); }
  TemporaryFolder folder_;
};

TEST_F(ReadImage, TellsTypesByContentNotByName) {
  const Image picture = noisy_picture(6, 4);
  EXPECT_EQ(read_image(write_bytes(folder_ / "really_png.jpg", encode_png(picture))), picture);
  EXPECT_EQ(read_image(write_bytes(folder_ / "really_jpeg.png", make_jpeg(picture))).width, 6);
  EXPECT_EQ(read_image(write_bytes(folder_ / "no extension", encode_png(picture))), picture);
}

TEST_F(ReadImage, NamesFileCauseAndFix) {
  EXPECT_EQ(message("absent.jpg"), "absent.jpg: no such file; check the path");
  std::filesystem::create_directory(folder_.path() / "album");
  EXPECT_EQ(message("album"), "album: is a directory, not a picture; give a file in it");
  EXPECT_EQ(message_for("empty.jpg", ""),
            "empty.jpg: the file is empty (0 bytes); copy or download it again");
  EXPECT_EQ(message_for("notes.jpg", "Dear diary,\n"),
            "notes.jpg: not a JPEG or PNG picture but text; give a .jpg or .png file");
  EXPECT_EQ(message_for("login.jpg", "\n<!DOCTYPE html>\n<html>..."),
            "login.jpg: not a JPEG or PNG picture but a web page; the download failed (a login, a "
            "warning, "
            "a wrong address): open it in a browser to see what it says, then download again");
  EXPECT_EQ(message_for("dance.jpg", "GIF89a....."),
            "dance.jpg: not a JPEG or PNG picture but a GIF picture; convert it: magick '" +
                at("dance.jpg[0]' ") + at("dance.png"));
  EXPECT_EQ(message_for("new.jpg", "RIFF....WEBPVP8 "),
            "new.jpg: not a JPEG or PNG picture but a WebP picture; convert it: dwebp " +
                at("new.jpg") + " -o " + at("new.png"));
  EXPECT_EQ(message_for("phone.jpg", std::string("\0\0\0\x18"
                                                 "ftypheic",
                                                 12)),
            "phone.jpg: not a JPEG or PNG picture but a HEIC picture; convert it: heif-convert " +
                at("phone.jpg") + " " + at("phone-converted.jpg"));
  EXPECT_EQ(message_for("random.jpg", std::string("\x01\x02\x00\xfe", 4)),
            "random.jpg: not a JPEG or PNG picture but unknown content; give a .jpg or .png file");
  EXPECT_EQ(
      message_for("head.jpg", "\xff\xd8\xff"),
      "head.jpg: JPEG without picture data (truncated or damaged); copy or download it again");
  EXPECT_EQ(message_for("head.png", "\x89PNG\r\n\x1a\n"),
            "head.png: undecodable PNG (the file ends early); copy it again, or save it again in a "
            "picture editor");
}

TEST_F(ReadImage, KeepsHostileNamesOnOneLine) {
  const std::string text = message_for("two\nlines\x1b[31m.jpg", "x");
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST_F(ReadImage, RefusesUnreadableFiles) {
  write_bytes(folder_ / "secret.jpg", encode_png(noisy_picture(2, 2)));
  std::filesystem::permissions(folder_.path() / "secret.jpg", std::filesystem::perms::none);
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  EXPECT_EQ(message("secret.jpg"),
            "secret.jpg: no permission to read it; try chmod +r or another user");
}

TEST_F(ReadImage, RefusesAHugeFileWithoutReadingIt) {
  const auto path = write_bytes(folder_ / "film.jpg", to_bytes("\xff\xd8\xff"));
  std::filesystem::resize_file(path, std::uintmax_t{1} << 40U);  // sparse
  EXPECT_EQ(message("film.jpg"),
            "film.jpg: larger than 256 MiB, no sensible picture; make it smaller");
  EXPECT_NO_THROW(write_bytes(folder_ / "disc.iso", to_bytes("ISO")));
}

TEST_F(ReadImage, ReadsFromAPipe) {
  const Image picture = noisy_picture(300, 200);  // more than a pipe holds
  const std::filesystem::path pipe = folder_.path() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  std::thread writer([&] { write_bytes(folder_ / "pipe", encode_png(picture)); });
  EXPECT_EQ(read_image(pipe), picture);
  writer.join();
}

TEST_F(ReadImage, EndlessInputEnds) {
  try {
    read_image("/dev/zero");
    ADD_FAILURE();
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("zero bytes"), std::string::npos);
  }
}

TEST_F(ReadImage, NotesWhatCannotBeSeenWhereThatIsAsked) {
  const auto notes = [](const Image& image, bool asked) {
    ImageWarnings warnings;
    decode_image(encode_png(image), "a.png", &warnings, {.note_blank = asked});
    return warnings.empty() ? "" : std::string(text_of(warnings[0], "a.png"));
  };
  EXPECT_EQ(notes(solid_image(64, 64, {255, 255, 255}), false), "");
  EXPECT_EQ(notes(solid_image(64, 64, {255, 255, 255}), true),
            "it is of one colour all over (white): there is nothing to be seen in it");
  EXPECT_NE(notes(solid_image(64, 64, {1, 2, 3}), true).find("(black)"), std::string::npos);
  EXPECT_NE(notes(solid_image(64, 64, {9, 99, 200}), true).find("(#0963c8)"), std::string::npos);
  EXPECT_EQ(notes(noisy_picture(64, 64), true), "");
  EXPECT_NE(notes(noisy_picture(15, 64), true).find("15x64 pixels are few"), std::string::npos);
  EXPECT_NE(notes(noisy_picture(1000, 20), true).find("thin as a line"), std::string::npos);
}

class WritePng : public ReadImage {};

TEST_F(WritePng, RoundTrips) {
  const Image picture = noisy_picture(31, 17);
  write_png(folder_.path() / "out.png", picture);
  EXPECT_EQ(read_image(folder_.path() / "out.png"), picture);
  EXPECT_EQ(folder_.files(), 1U);
}

TEST_F(WritePng, LeavesTheOldFileWhenTheDiskIsFull) {
  const Image before = noisy_picture(4, 4);
  const std::filesystem::path path = folder_.path() / "out.png";
  write_png(path, before);
  set_file_fault([](const char* call) { return std::string(call) == "write" ? ENOSPC : 0; });
  EXPECT_THROW(write_png(path, noisy_picture(64, 64)), IoError);
  set_file_fault(nullptr);
  EXPECT_EQ(read_image(path), before);
  EXPECT_EQ(folder_.files(), 1U);
}

TEST_F(WritePng, NamesTheFolderThatIsMissing) {
  try {
    write_png(folder_.path() / "no" / "out.png", noisy_picture(4, 4));
    ADD_FAILURE();
  } catch (const IoError& error) {
    EXPECT_NE(std::string(error.what()).find("no/out.png"), std::string::npos) << error.what();
  }
}

TEST(EncodeJpeg, KeepsColoursAndObeysQuality) {
  const Image picture = smooth_picture(120, 90);
  const auto fine = encode_jpeg(picture, 95);
  const auto coarse = encode_jpeg(picture, 30);
  EXPECT_LT(coarse.size(), fine.size());
  EXPECT_LE(max_difference(decode_image(fine, "p"), picture), 8);
}

TEST(Encode, RefusesAnEmptyPicture) {
  EXPECT_THROW(encode_png(Image{}), InternalError);
  EXPECT_THROW(encode_jpeg(Image{.width = 2, .height = 2, .rgb = {1, 2, 3}}), InternalError);
}

}  // namespace
}  // namespace storyteller::decode_test
