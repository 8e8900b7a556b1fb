#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "tests/model/image/fixtures.h"
#include "tests/run_program.h"
#include "tests/temporary_folder.h"

namespace storyteller {

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// Runs the program on a model that is small but knows scenes (see tests/goldens/make_model.sh).
class CommandTest : public testing::Test {
 protected:
  static std::filesystem::path golden(const std::string& name) {
    return std::filesystem::path(STORYTELLER_SOURCE_DIR) / "tests/goldens" / name;
  }
  static std::string model() { return golden("model_v1.storyteller"); }
  static std::string scene() { return golden("model_v1_scene.jpg"); }
  /// What the model says about scene().
  static constexpr const char* kSentence = "a large white heart";

  static Ended caption(std::vector<std::string> arguments, const ProgramOptions& options = {}) {
    arguments.insert(arguments.begin(), {"caption", "--model", model()});
    return run_storyteller(std::move(arguments), options);
  }

  std::string write(const std::string& name, std::span<const std::byte> bytes) const {
    write_text(folder_ / name,
               std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    return folder_ / name;
  }
  std::string write(const std::string& name, const std::string& text) const {
    write_text(folder_ / name, text);
    return folder_ / name;
  }

  TemporaryFolder folder_;
};

/// Nothing on stdout, and on stderr one line, which begins as errors do and holds all `parts`.
inline void expect_error(const Ended& ended, int code, const std::vector<std::string>& parts) {
  EXPECT_EQ(ended.code, code) << ended.err;
  EXPECT_FALSE(ended.killed);
  EXPECT_EQ(ended.out, "");
  std::vector<std::string> lines = lines_of(ended.err);
  std::erase_if(lines, [](const std::string& line) { return line.starts_with("device: "); });
  ASSERT_EQ(lines.size(), 1U) << ended.err;
  EXPECT_TRUE(lines[0].starts_with("storyteller: error: ")) << lines[0];
  for (const std::string& part : parts) {
    EXPECT_NE(lines[0].find(part), std::string::npos) << "'" << part << "' in: " << lines[0];
  }
}

}  // namespace storyteller
