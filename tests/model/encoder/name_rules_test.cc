#include "model/encoder/name_rules.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/temporary_folder.h"

namespace storyteller::name_rules_test {
namespace {

TEST(NameRules, AreReadFromLinesOfAnyEnd) {
  const TemporaryFolder folder;
  for (const char* end : {"\n", "\r\n", "\r"}) {
    std::string text;
    for (const char* line : {"# a comment", "", "^net\\. -> ", "a b ->   c -> d ", "x ->"}) {
      text.append(line).append(end);
    }
    write_text(folder / "rules", text);
    const std::vector<NameRule> rules = read_name_rules((folder / "rules").string());
    ASSERT_EQ(rules.size(), 3U);
    EXPECT_EQ(rules[0].pattern, "^net\\.");
    EXPECT_EQ(rules[0].replacement, "");
    EXPECT_EQ(rules[1].pattern, "a b");
    EXPECT_EQ(rules[1].replacement, "c -> d");
    EXPECT_EQ(rules[2].pattern, "x");
    EXPECT_EQ(NameRules(rules).apply("net.xa b"), "c -> d");
  }
}

TEST(NameRules, ALineThatIsNoneIsNamed) {
  const TemporaryFolder folder;
  write_text(folder / "rules", "a -> b\n-> c\n");
  EXPECT_NE(message_of<UsageError>([&] {
              read_name_rules((folder / "rules").string());
            }).find("rules:2: not a rule"),
            std::string::npos);
}

}  // namespace
}  // namespace storyteller::name_rules_test
