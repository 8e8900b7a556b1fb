#include "tools/cli/flag_names.h"

#include <gtest/gtest.h>

#include "core/system/printable.h"

namespace storyteller::flag_names_test {
namespace {

TEST(FlagNames, OptionsAndSettingsBecomeFlags) {
  EXPECT_EQ(with_flags("`epochs`=3: the run has 5; go on with `resume` in another `run_folder`"),
            "--set epochs=3: the run has 5; go on with --resume in another --out");
  EXPECT_EQ(with_flags("`max_bad``cache`"), "--max-bad--cache");
  EXPECT_EQ(with_flags("`beam`"), "--set beam");
}

TEST(FlagNames, OtherWordsStay) {
  for (const char* text : {"", "plain", "`", "a `b", "a `b` c.jpg", "``", "see `--help`"}) {
    EXPECT_EQ(with_flags(text), text);
  }
  EXPECT_EQ(with_flags("odd`name.jpg: `resume`"), "odd`name.jpg: --resume");
}

TEST(FlagNames, NamesAreNotTranslated) {
  const std::string name = "`epochs` of `resume`.jpg";
  EXPECT_EQ(with_flags(printable(name) + ": cut off; go on with `resume`"),
            name + ": cut off; go on with --resume");
  EXPECT_EQ(with_flags(printable_path("a`/" + name) + ": `epochs`"),
            "a`/" + name + ": --set epochs");
}

}  // namespace
}  // namespace storyteller::flag_names_test
