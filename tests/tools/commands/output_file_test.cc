// No output replaces what it must not: a file of another kind, or what the command reads.
#include "tools/commands/output_file.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <utility>

#include "core/error.h"
#include "tests/temporary_folder.h"

namespace storyteller::output_file_test {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;

const std::vector<std::pair<OutputKind, std::string>>& beginnings() {
  static const std::vector<std::pair<OutputKind, std::string>> kAll = {
      {OutputKind::kPage, "\xEF\xBB\xBF\n<!DOCTYPE html>\n<html>"},
      {OutputKind::kJsonArray, " [{\"image_id\": 1}]"},
      {OutputKind::kJsonLines, "{\"name\": \"a\", \"reason\": \"b\"}\n"},
      {OutputKind::kTable, "image_id,caption,CIDEr\r\n"},
      {OutputKind::kWeights, "\x40\0\0\0\0\0\0\0{\"a\": 1}"s}};
  return kAll;
}

class OutputFile : public testing::Test {
 protected:
  fs::path write(const std::string& name, const std::string& text) const {
    write_text(folder_ / name, text);
    return folder_ / name;
  }
  TemporaryFolder folder_;
};

TEST_F(OutputFile, ReplacesItsOwnKindAlone) {
  for (const auto& [there, text] : beginnings()) {
    for (const auto& [wanted, ignored] : beginnings()) {
      const fs::path file = write("out", text);
      if (there == wanted) {
        EXPECT_NO_THROW(require_output_file("--out", file, wanted)) << text;
      } else {
        const std::string message = message_of<UsageError>(
            [&, kind = wanted] { require_output_file("--out", file, kind); });
        EXPECT_TRUE(message.starts_with("--out " + file.string() + ": is there already"))
            << message;
      }
      EXPECT_EQ(file_text(file), text);
    }
  }
}

TEST_F(OutputFile, NoPhotographIsReplaced) {
  const fs::path photo = write("a.jpg", "\xFF\xD8\xFF\xE0\0\x10JFIF"s);
  for (const auto& [kind, ignored] : beginnings()) {
    EXPECT_THROW(require_output_file("--out", photo, kind), UsageError);
  }
  fs::create_symlink("a.jpg", folder_ / "link");
  EXPECT_THROW(require_output_file("--out", folder_ / "link", OutputKind::kPage), UsageError);
}

TEST_F(OutputFile, NewAndEmptyFilesAreFine) {
  for (const auto& [kind, ignored] : beginnings()) {
    require_output_file("--out", folder_ / "new", kind);
    require_output_file("--out", write("empty", ""), kind);
    require_output_file("--out", "", kind);
  }
  EXPECT_FALSE(fs::exists(folder_ / "new"));  // it was a trial
  EXPECT_EQ(folder_.files(), 1);
}

TEST_F(OutputFile, FoldersAreNamed) {
  const std::string folder =
      message_of<IoError>([&] { require_output_file("--out", folder_.path(), OutputKind::kPage); });
  EXPECT_NE(folder.find("that is a folder"), std::string::npos) << folder;
  const std::string gone = message_of<IoError>(
      [&] { require_output_file("--out", folder_ / "gone/a", OutputKind::kPage); });
  EXPECT_NE(gone.find("does not exist"), std::string::npos) << gone;
}

TEST_F(OutputFile, AnInputIsKnownUnderAllItsNames) {
  const fs::path model = write("model", "x");
  fs::create_directory(folder_ / "inner");
  fs::create_symlink("../model", folder_ / "inner/link");
  fs::create_symlink("link", folder_ / "inner/link of link");
  fs::create_hard_link(model, folder_ / "hard");
  fs::create_directory_symlink("inner", folder_ / "folder");
  InputFiles inputs;
  inputs.add(model, "the model");
  for (const char* name :
       {"model", "inner/../model", "inner/link", "inner/link of link", "hard", "folder/link"}) {
    EXPECT_TRUE(inputs.contains(folder_ / name)) << name;
    const std::string message =
        message_of<UsageError>([&] { inputs.require_other("--report", folder_ / name); });
    for (const std::string& part : {"--report "s, "the model"s, model.string()}) {
      EXPECT_NE(message.find(part), std::string::npos) << message;
    }
  }
}

TEST_F(OutputFile, OtherFilesAreNoInputs) {
  InputFiles inputs;
  inputs.add(write("model", "x"), "the model");
  inputs.add(folder_ / "gone", "a picture");
  inputs.add("", "a picture");
  const fs::path same_bytes = write("copy", "x");
  for (const fs::path& output : {same_bytes, folder_ / "gone", fs::path()}) {
    EXPECT_FALSE(inputs.contains(output)) << output;
    EXPECT_NO_THROW(inputs.require_other("--report", output));
  }
}

TEST_F(OutputFile, TheFilesOfADataSetAreInputs) {
  InputFiles inputs;
  inputs.add_data("jsonl:" + write("all.jsonl", "{}").string());
  inputs.add_data("scenes");
  EXPECT_TRUE(inputs.contains(folder_ / "all.jsonl"));
  EXPECT_FALSE(inputs.contains("scenes"));
}

TEST_F(OutputFile, TheFilesOfADataSetsFolderAreInputs) {
  for (const char* name :
       {"a.jsonl", "annotations/b.json", "train/captions.json", "other/c.json", "a.txt"}) {
    write(name, "{}");
  }
  InputFiles inputs;
  inputs.add_data("json:" + folder_.path().string());
  for (const char* name : {"a.jsonl", "annotations/b.json", "train/captions.json"}) {
    EXPECT_TRUE(inputs.contains(folder_ / name)) << name;
  }
  for (const char* name : {"other/c.json", "a.txt"}) {
    EXPECT_FALSE(inputs.contains(folder_ / name)) << name;
  }
}

TEST_F(OutputFile, AFolderAtHomeIsADataSetToo) {
  const char* const set = std::getenv("HOME");
  const std::string home = set == nullptr ? "" : set;
  ::setenv("HOME", folder_.path().c_str(), 1);
  write("all.csv", "image,caption\n");
  InputFiles inputs;
  inputs.add_data("csv:~/all.csv");
  EXPECT_TRUE(inputs.contains(folder_ / "all.csv"));
  ::setenv("HOME", home.c_str(), 1);
}

}  // namespace
}  // namespace storyteller::output_file_test
