#include "tools/commands/left_out.h"

#include <gtest/gtest.h>

#include <sstream>

#include "core/error.h"
#include "tests/temporary_folder.h"

namespace storyteller::left_out_test {
namespace {

std::string said(std::vector<const char*> words) {
  CommandLine line("storyteller", "captions pictures");
  add_left_out_command(line.options(), "album", "pictures", "libsqlite3-dev");
  line.options().command("caption", "caption pictures").runs([] { return 0; });
  words.insert(words.begin(), "storyteller");
  std::ostringstream out;
  if (line.parse(static_cast<int>(words.size()), words.data(), out)) return out.str();
  return message_of<DeviceError>([&] { line.run(); });
}

TEST(LeftOut, WhateverIsAskedForThePackageIsNamed) {
  const std::string missing = "album was not built: install libsqlite3-dev and configure again";
  const std::vector<std::vector<const char*>> asked = {
      {"album"},
      {"album", "index", "folder"},
      {"album", "--db", "a.db", "stats"},
      {"album", "search", "dog -beach", "-sea", "--json", "--limit=3", "--db", "a.db"},
      {"album", "search", "caption"},
      {"album", "show", "--", "-a.jpg"}};
  for (const auto& words : asked) EXPECT_EQ(said(words), missing) << words.back();
  EXPECT_NE(said({"album", "--help"}).find("libsqlite3-dev"), std::string::npos);
}

}  // namespace
}  // namespace storyteller::left_out_test
