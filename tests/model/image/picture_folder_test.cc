// Which files of a folder are pictures, and that the others are counted.
#include "model/image/picture_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "core/error.h"
#include "model/image/encode.h"
#include "tests/model/image/fixtures.h"
#include "tests/temporary_folder.h"

namespace storyteller::picture_folder_test {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

class PictureFolderTest : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& text = "x") const {
    write_text(folder_ / name, text);
  }
  static std::string jpeg() {
    const auto bytes = encode_jpeg(fixtures::smooth_picture(8, 8));
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  /// Relative to the folder.
  Names names(const std::vector<fs::path>& paths) const {
    Names names;
    for (const fs::path& path : paths) names.push_back(path.lexically_relative(folder_.path()));
    return names;
  }
  PictureFolder list() const { return list_picture_folder(folder_.path()); }

  TemporaryFolder folder_;
};

TEST_F(PictureFolderTest, EndingsOfPicturesInAnyCaseInOrder) {
  for (const char* name : {"c.PNG", "b.JpEg", "a.jpg", "d.jfif", "e.pjpeg"}) write(name);
  EXPECT_EQ(names(list().pictures), (Names{"a.jpg", "b.JpEg", "c.PNG", "d.jfif", "e.pjpeg"}));
}

TEST_F(PictureFolderTest, BytesSayWhatOtherNamesHold) {
  write("photo", jpeg());
  write("photo.tmp", jpeg());
  write("notes.txt", jpeg());  // known for something else
  write(".hidden", jpeg());
  write("words", "words");
  write("empty", "");
  const PictureFolder found = list();
  EXPECT_EQ(names(found.pictures), (Names{"photo", "photo.tmp"}));
  EXPECT_TRUE(found.other_kinds.empty());
}

TEST_F(PictureFolderTest, OtherKindsOfPicturesAreCounted) {
  for (const char* name : {"b.heic", "a.HEIC", "c.webp", "d.cr2"}) write(name);
  write("animation", "GIF89a\1\1\1\1");
  write("words.txt");
  const PictureFolder found = list();
  EXPECT_TRUE(found.pictures.empty());
  EXPECT_EQ(found.other_kinds,
            (std::map<std::string, size_t>{
                {".heic", 2}, {".webp", 1}, {".cr2", 1}, {"without an ending", 1}}));
  EXPECT_EQ(found.other_example, "a.HEIC");
  EXPECT_EQ(other_kinds_text(found), "1 .cr2, 2 .heic, 1 .webp, 1 without an ending");
}

TEST_F(PictureFolderTest, ClutterIsPassedOver) {
  for (const char* name : {"._a.jpg", "__MACOSX/a.jpg", "@eaDir/a.jpg", ".DS_Store", "Thumbs.db",
                           ".thumbnails/a.jpg", "#recycle/a.jpg", ".cache/a.jpg"}) {
    write(name);
  }
  write("a.jpg");
  const PictureFolder found = list();
  EXPECT_EQ(names(found.pictures), Names{"a.jpg"});
  EXPECT_TRUE(found.subfolders.empty()) << found.subfolders[0];
  EXPECT_EQ(names(pictures_below(folder_.path(), /*recursive=*/true)), Names{"a.jpg"});
  EXPECT_TRUE(is_clutter("._.jpg"));
  EXPECT_FALSE(is_clutter("_a.jpg"));
}

TEST_F(PictureFolderTest, APipeIsNotOpened) {
  ASSERT_EQ(::mkfifo((folder_ / "pipe.jpg").c_str(), 0600), 0);
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  fs::create_symlink("pipe.jpg", folder_ / "link.jpg");
  const PictureFolder found = list();
  EXPECT_TRUE(found.pictures.empty());
  EXPECT_EQ(names(found.not_files), (Names{"link.jpg", "pipe.jpg"}));
}

TEST_F(PictureFolderTest, ALinkThatLeadsNowhereIsAPictureThatFails) {
  fs::create_symlink("gone", folder_ / "a.jpg");
  fs::create_symlink("a.jpg", folder_ / "loop.jpg");
  fs::create_symlink("itself.jpg", folder_ / "itself.jpg");
  EXPECT_EQ(names(list().pictures), (Names{"a.jpg", "itself.jpg", "loop.jpg"}));
}

TEST_F(PictureFolderTest, LinksToFoldersAreNotFollowed) {
  write("inner/a.jpg");
  write("inner/deep/b.jpg");
  fs::create_directory_symlink("..", folder_ / "inner/up");
  fs::create_directory_symlink("inner", folder_ / "link");
  const PictureFolder found = list();
  EXPECT_EQ(names(found.subfolders), Names{"inner"});
  EXPECT_EQ(names(found.linked_folders), Names{"link"});
  EXPECT_EQ(names(pictures_below(folder_.path(), /*recursive=*/true)),
            (Names{"inner/a.jpg", "inner/deep/b.jpg"}));
  EXPECT_TRUE(pictures_below(folder_.path(), /*recursive=*/false).empty());
}

TEST_F(PictureFolderTest, OwnDrawingsAreNoPictures) {
  const Image picture = fixtures::smooth_picture(8, 8);
  write_png(folder_ / "drawn.png", picture, {std::string(kDrawnFrom), "1f"});
  write_png(folder_ / "photo.png", picture);
  const PictureFolder found = list();
  EXPECT_EQ(names(found.pictures), Names{"photo.png"});
  EXPECT_EQ(found.drawings, 1U);
}

TEST_F(PictureFolderTest, WhatCannotBeListedIsAnError) {
  const std::string message =
      message_of<InputError>([&] { list_picture_folder(folder_ / "gone\n"); });
  EXPECT_NE(message.find("cannot list the folder"), std::string::npos) << message;
  EXPECT_TRUE(pictures_below(folder_ / "gone", /*recursive=*/true).empty());
}

}  // namespace
}  // namespace storyteller::picture_folder_test
