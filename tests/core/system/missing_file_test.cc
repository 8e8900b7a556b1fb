#include "core/system/missing_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/temporary_folder.h"

namespace storyteller::missing_file_test {
namespace {

namespace fs = std::filesystem;

class WhyMissing : public testing::Test {
 protected:
  WhyMissing() {
    for (const char* name :
         {"scene.jpg", "two words.jpg", "IMG_1234.jpg", "flickr8k.storyteller"}) {
      std::ofstream(folder_ / name) << "x";
    }
  }
  std::string at(const std::string& name) const { return (folder_ / name).string(); }
  std::string meant(const std::string& name) const {
    return "no such file; did you mean " + at(name) + "?";
  }
  TemporaryFolder folder_;
};

TEST_F(WhyMissing, FindsTheNeighbourThatWasMeant) {
  EXPECT_EQ(why_missing(at("scene.JPG")), meant("scene.jpg"));
  EXPECT_EQ(why_missing(at("scene.jpeg")), meant("scene.jpg"));
  EXPECT_EQ(why_missing(at("scnee.jpg")), meant("scene.jpg"));
  EXPECT_EQ(why_missing(at("flickr8k")), meant("flickr8k.storyteller"));
  EXPECT_EQ(why_missing(at("IMG_1235.jpg")), "no such file; check the path");
  EXPECT_EQ(why_missing(at("quite another")), "no such file; check the path");
}

TEST_F(WhyMissing, FindsOtherWaysToWriteIt) {
  EXPECT_EQ(why_missing("'" + at("scene.jpg") + "'"), meant("scene.jpg"));
  EXPECT_EQ(why_missing(at("scene.jpg") + " "), meant("scene.jpg"));
  EXPECT_EQ(why_missing("file://" + at("two%20words.jpg")), meant("two words.jpg"));
  EXPECT_EQ(why_missing(at("scene.jpg").substr(1)), meant("scene.jpg"));
}

TEST_F(WhyMissing, KnowsWhatTheShellLeaves) {
  EXPECT_NE(why_missing(at("*.png")).find("no file matches this pattern"), std::string::npos);
  EXPECT_NE(why_missing(at("*.jpg")).find("without quotes: 3 files match"), std::string::npos);
  EXPECT_NE(why_missing("").find("an empty name"), std::string::npos);
  EXPECT_NE(why_missing(" ").find("an empty name"), std::string::npos);
  EXPECT_NE(why_missing("~/no such thing.jpg").find("outside of quotes"), std::string::npos);
  EXPECT_EQ(why_missing("https://example.org/a.jpg"),
            "a web address, and nothing is downloaded; fetch it first: curl -LO "
            "https://example.org/a.jpg");
  EXPECT_EQ(why_missing(at("scene.jpg") + "," + at("two words.jpg")),
            "no such file; separate names by blanks, not commas");
}

TEST_F(WhyMissing, NamesTheFolderOrTheTargetThatIsGone) {
  EXPECT_EQ(why_missing(at("holiday/a.jpg")),
            "no such file: " + at("holiday") + " is not there; check the path");
  fs::create_directory(folder_ / "Pictures");
  EXPECT_EQ(
      why_missing(at("pictures/a.jpg")),
      "no such file: " + at("pictures") + " is not there; did you mean " + at("Pictures") + "?");
  fs::create_symlink("gone.jpg", folder_ / "link.jpg");
  EXPECT_EQ(why_missing(at("link.jpg")), "a link to gone.jpg, which is not there");
  fs::create_symlink("../.git/annex/objects/x/y/SHA256E-s1--0.jpg", folder_ / "annexed.jpg");
  EXPECT_NE(why_missing(at("annexed.jpg")).find("git annex get"), std::string::npos);
}

TEST_F(WhyMissing, StaysOnOneLine) {
  EXPECT_EQ(why_missing(at("two\nlines\x1b[31m")).find_first_of("\n\x1b"), std::string::npos);
  EXPECT_FALSE(why_missing(std::string(10'000, 'x')).empty());
}

}  // namespace
}  // namespace storyteller::missing_file_test
