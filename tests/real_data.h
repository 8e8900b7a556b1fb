#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

namespace storyteller {

/// Path of `name` inside the real data (environment STORYTELLER_DATA, by default ../shared/data
/// beside the source tree), or nothing where it is absent: the test then skips and says why.
inline std::optional<std::filesystem::path> real_data(const std::string& name) {
  const char* set = std::getenv("STORYTELLER_DATA");
  const std::filesystem::path root =
      set ? std::filesystem::path(set)
          : std::filesystem::path(STORYTELLER_SOURCE_DIR) / ".." / "shared" / "data";
  if (!std::filesystem::exists(root / name)) return std::nullopt;
  return root / name;
}

}  // namespace storyteller

/// Skips the running test, visibly, where the real data is absent; else declares `variable`, its
/// path.
// NOLINTNEXTLINE(bugprone-macro-parentheses): a declared name takes no parentheses
#define STORYTELLER_REQUIRE_DATA(variable, name)                                     \
  const auto variable = ::storyteller::real_data(name).value_or("");                 \
  if (variable.empty()) {                                                            \
    GTEST_SKIP() << "real data '" << (name)                                          \
                 << "' is absent: set STORYTELLER_DATA to the folder that holds it"; \
  }                                                                                  \
  static_assert(true, "takes the semicolon")
