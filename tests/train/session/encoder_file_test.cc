// Where the weights of a pretrained encoder are looked for.
#include "train/session/encoder_file.h"

#include <cstdlib>
#include <optional>

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/temporary_folder.h"

namespace storyteller::encoder_file_test {
namespace {

namespace fs = std::filesystem;

class EncoderFile : public testing::Test {
 protected:
  EncoderFile() : here_(fs::current_path()) {
    if (const char* data = std::getenv("STORYTELLER_DATA")) data_ = data;
    unsetenv("STORYTELLER_DATA");
    write_text(folder_ / "data/encoders/resnet50.safetensors", "x");
    write_text(folder_ / "data/own/captions.jsonl", "x");
    fs::create_directories(folder_ / "data/own/sub");
    fs::create_directories(folder_ / "elsewhere");
    fs::create_directory_symlink("../data/own", folder_ / "elsewhere/link");
    fs::current_path(folder_.path());
  }
  ~EncoderFile() override {
    fs::current_path(here_);
    if (data_) setenv("STORYTELLER_DATA", data_->c_str(), 1);
  }
  static bool finds(const std::string& data) {
    return !find_encoder_file("resnet50:layer3", data).found.empty();
  }

  TemporaryFolder folder_;
  fs::path here_;
  std::optional<std::string> data_;
};

TEST_F(EncoderFile, IsFoundBesideTheDataHoweverItIsNamed) {
  for (const std::string path :
       {"data/own", "data/own/", "data/own//", "./data/own/.", "data/own/sub/..",
        "data/own/captions.jsonl", "elsewhere/link", "elsewhere/link/",
        "elsewhere/link/captions.jsonl", "data/own/absent.tar"}) {
    EXPECT_TRUE(finds("jsonl:" + path)) << path;
    EXPECT_TRUE(finds("shards:" + (folder_ / path).string())) << path;
  }
  fs::current_path("data/own");
  for (const char* path : {".", "./", "captions.jsonl", "sub/.."}) {
    EXPECT_TRUE(finds(std::string("csv:") + path)) << path;
  }
  fs::current_path("sub");
  EXPECT_TRUE(finds("csv:.."));
  EXPECT_TRUE(finds("csv:../"));
  EXPECT_FALSE(finds("csv:../../.."));
}

TEST_F(EncoderFile, TheSharedFolderGoesFirst) {
  write_text(folder_ / "shared/encoders/resnet50.safetensors", "x");
  setenv("STORYTELLER_DATA", (folder_ / "shared").c_str(), 1);
  EXPECT_EQ(find_encoder_file("resnet50", "jsonl:data/own").found,
            folder_ / "shared/encoders/resnet50.safetensors");
  unsetenv("STORYTELLER_DATA");
}

TEST_F(EncoderFile, EachPlaceIsSearchedAndNamedOnce) {
  fs::remove_all(folder_ / "data/encoders");
  const EncoderSearch search = find_encoder_file("mobilenet_v2", "jsonl:data/own/");
  ASSERT_EQ(search.searched.size(), 1U);
  EXPECT_EQ(search.searched[0], folder_ / "data/encoders/mobilenet_v2_1.0_224.safetensors");
  const auto message =
      message_of<UsageError>([] { encoder_file("mobilenet_v2", "", "jsonl:data/own/"); });
  EXPECT_NE(message.find("(searched " + search.searched[0].string() +
                         "): name the file with `encoder_weights`"),
            std::string::npos)
      << message;
  EXPECT_EQ(encoder_file("resnet50", "mine.pth", "jsonl:data/own"), "mine.pth");
  EXPECT_TRUE(find_encoder_file("resnet50", "scenes:train=64").searched.empty());
}

}  // namespace
}  // namespace storyteller::encoder_file_test
