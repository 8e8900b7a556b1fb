#include "core/system/home.h"

#include <cstdlib>

#include <gtest/gtest.h>

#include "tests/temporary_folder.h"

namespace storyteller::home_test {
namespace {

TEST(Home, StandsForATildeInFront) {
  const char* before = std::getenv("HOME");
  const std::string kept = before == nullptr ? "" : before;
  setenv("HOME", "/people/someone", 1);
  EXPECT_EQ(expand_home("~"), "/people/someone");
  EXPECT_EQ(expand_home("~/own/x.jsonl"), "/people/someone/own/x.jsonl");
  for (const char* same : {"~other/x", "a/~/b", "x~", "", "/~/x"})
    EXPECT_EQ(expand_home(same), same);
  unsetenv("HOME");
  EXPECT_EQ(expand_home("~/own"), "~/own");
  if (before != nullptr) setenv("HOME", kept.c_str(), 1);
}

TEST(Home, AFolderOfThatNameGoesFirst) {
  const TemporaryFolder folder;
  const auto here = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  std::filesystem::create_directories("~/own");
  EXPECT_EQ(expand_home("~/own"), "~/own");
  std::filesystem::current_path(here);
}

}  // namespace
}  // namespace storyteller::home_test
