// The pictures that a list of names, of folders and of "-" asks for, and what is said of the rest.
#include "tools/commands/picture_names.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "core/error.h"
#include "tests/temporary_folder.h"

namespace storyteller::picture_names_test {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

/// What PictureNames gave: pictures relative to the folder of the test, errors as "! message".
struct Given {
  Names names;
  std::string said;  // on stderr
};

class PictureNamesTest : public testing::Test {
 protected:
  std::string touch(const std::string& name) const {
    write_text(folder_ / name, "x");
    return folder_ / name;
  }
  std::string folder() const { return folder_.path(); }

  /// `list` comes where "-" is asked for.
  Given given(const Names& arguments, PictureNamesOptions options = {},
              const std::string& list = "") const {
    const TemporaryFolder other;
    write_text(other / "list", list);
    options.descriptor = ::open((other / "list").c_str(), O_RDONLY | O_CLOEXEC);
    Given given;
    testing::internal::CaptureStderr();
    PictureNames pictures(arguments, options);
    for (bool more = true; more;) {
      try {
        const std::optional<PictureName> picture = pictures.next();
        more = picture.has_value();
        if (more) given.names.push_back(picture->path.lexically_proximate(folder_.path()));
      } catch (const Error& error) {
        given.names.push_back(std::string("! ") + error.what());
      }
    }
    pictures.report_list();
    given.said = testing::internal::GetCapturedStderr();
    ::close(options.descriptor);
    return given;
  }

  TemporaryFolder folder_;
};

void expect_parts(const std::string& text, const Names& parts) {
  for (const std::string& part : parts) {
    EXPECT_NE(text.find(part), std::string::npos) << "'" << part << "' in: " << text;
  }
}

TEST_F(PictureNamesTest, FilesAsTheyAreInTheirOrder) {
  const Given found = given({touch("b.jpg"), touch("a.txt"), folder_ / "gone.jpg"});
  EXPECT_EQ(found.names, (Names{"b.jpg", "a.txt", "gone.jpg"}));
  EXPECT_EQ(found.said, "");
}

TEST_F(PictureNamesTest, AFolderBetweenFilesKeepsItsPlace) {
  touch("in/b.jpg");
  touch("in/a.jpg");
  EXPECT_EQ(given({touch("z.jpg"), folder_ / "in", touch("c.jpg")}).names,
            (Names{"z.jpg", "in/a.jpg", "in/b.jpg", "c.jpg"}));
}

TEST_F(PictureNamesTest, InnerFoldersFollowWhereTheyAreAskedFor) {
  for (const char* name : {"b.jpg", "x/c.jpg", "x/y/d.jpg", "a/e.jpg"}) touch(name);
  fs::create_directory_symlink("..", folder_ / "x/up");
  const Given all = given({folder()}, {.recursive = true});
  EXPECT_EQ(all.names, (Names{"b.jpg", "a/e.jpg", "x/c.jpg", "x/y/d.jpg"}));
  expect_parts(all.said, {"1 link to a folder, such as up"});

  const Given flat = given({folder()});
  EXPECT_EQ(flat.names, Names{"b.jpg"});
  expect_parts(flat.said, {"not looked at: 2 subfolders, such as a: --recursive"});
}

TEST_F(PictureNamesTest, WhatIsLeftOutIsSaidInOneLine) {
  for (const char* name : {"a.jpg", "b.heic", "c.heic", "d.webp", "x/e.jpg"}) touch(name);
  ASSERT_EQ(::mkfifo((folder_ / "pipe.jpg").c_str(), 0600), 0);
  const Given found = given({folder()});
  EXPECT_EQ(found.names, Names{"a.jpg"});
  expect_parts(found.said, {"2 .heic, 1 .webp, such as b.heic", "1 subfolder, such as x",
                            "1 pipe or device, such as pipe.jpg"});
  EXPECT_EQ(std::count(found.said.begin(), found.said.end(), '\n'), 1);
}

TEST_F(PictureNamesTest, WhatIsLeftOutOfInnerFoldersIsCountedTogether) {
  for (const char* name : {"a.jpg", "x/b.heic", "y/c.heic"}) touch(name);
  expect_parts(given({folder()}, {.recursive = true}).said, {"2 .heic"});
}

TEST_F(PictureNamesTest, AFolderWithoutPicturesIsAnErrorThatTheNextNameSurvives) {
  touch("in/b.heic");
  const Given found = given({folder_ / "in", touch("a.jpg")});
  ASSERT_EQ(found.names.size(), 2U);
  expect_parts(found.names[0], {"no JPEG or PNG files there, but 1 .heic"});
  EXPECT_EQ(found.names[1], "a.jpg");
  fs::create_directory(folder_ / "empty");
  expect_parts(given({folder_ / "empty"}).names.at(0), {"no JPEG or PNG files there (.jpg"});
}

TEST_F(PictureNamesTest, PicturesKnowTheFolderThatWasNamed) {
  touch("in/x/a.jpg");
  touch("in/b.jpg");
  PictureNames pictures({folder_ / "in", touch("c.jpg")}, {.recursive = true});
  const auto outer = pictures.next(), inner = pictures.next(), named = pictures.next();
  ASSERT_TRUE(outer && inner && named);
  EXPECT_EQ(outer->folder, inner->folder);
  EXPECT_EQ(outer->folder->found, 2U);
  EXPECT_EQ(outer->folder->name, (folder_ / "in").string());
  EXPECT_TRUE(named->named());
  EXPECT_FALSE(outer->named());
}

TEST_F(PictureNamesTest, AListNamesFilesAndFolders) {
  touch("in/a.jpg");
  const std::string list = "# mine\r\n" + touch("b.jpg") + "\r\n\r\n\"" + folder() + "/in\"\r\n" +
                           touch("c d.jpg") + "  \r\n# the end";
  const Given found = given({"-", touch("z.jpg")}, {}, list);
  EXPECT_EQ(found.names, (Names{"b.jpg", "in/a.jpg", "c d.jpg", "z.jpg"}));
  expect_parts(found.said, {"2 comments, such as # mine"});
}

TEST_F(PictureNamesTest, NulEndedNamesAreTakenToTheByte) {
  const std::string quoted = touch("\"a.jpg\""), lines = touch("b\nc.jpg"), blank = touch(" d ");
  const std::string list = quoted + '\0' + lines + '\0' + blank + '\0' + "# e" + '\0';
  for (const bool nul : {true, false}) {
    EXPECT_EQ(given({"-"}, {.nul = nul}, list).names,
              (Names{"\"a.jpg\"", "b\nc.jpg", " d ", "# e"}));
  }
}

TEST_F(PictureNamesTest, WhatCannotBeReadAsAListDoesNotHideTheOthers) {
  const Given found = given({"-", touch("a.jpg")}, {}, "GIF89a\1\1\1\1\1\1\1\1");
  ASSERT_EQ(found.names.size(), 2U);
  EXPECT_TRUE(found.names[0].starts_with("! standard input: ")) << found.names[0];
  EXPECT_EQ(found.names[1], "a.jpg");
}

TEST_F(PictureNamesTest, StandardInputOnce) {
  EXPECT_THROW(PictureNames({"-", "-"}, {}), UsageError);
}

TEST_F(PictureNamesTest, CountsTheRestButOfAList) {
  touch("in/a.jpg");
  touch("in/b.jpg");
  PictureNames pictures({folder_ / "in", "gone.jpg"}, {});
  ASSERT_TRUE(pictures.next());
  EXPECT_EQ(pictures.count_rest(), 2U);
  EXPECT_EQ(PictureNames({"-"}, {}).count_rest(), std::nullopt);
}

}  // namespace
}  // namespace storyteller::picture_names_test
