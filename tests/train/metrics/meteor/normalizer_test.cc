#include "train/metrics/meteor/normalizer.h"

#include <gtest/gtest.h>

#include <map>
#include <sstream>

namespace storyteller::meteor_parts::normalizer_test {
namespace {

std::string normalized(const std::string& text) {
  std::istringstream in(text);
  Tokens tokens;
  for (std::string token; in >> token;) tokens.push_back(token);
  std::string out;
  for (const std::string& token : normalize(tokens)) {
    if (!out.empty()) out += ' ';
    out += token;
  }
  return out;
}

TEST(MeteorNormalizer, FollowsTheRules) {
  const std::map<std::string, std::string> cases = {
      {"a man on a bike", "a man on a bike"},
      {"a twin-hulled boat", "a twin hulled boat"},
      {"a state-of-the-art car", "a state of the art car"},
      {"a 3-d film", "a 3 d film"},
      {"-lrb- red -rrb-", "-lrb- red -rrb-"},
      {"the dog 's ear", "the dog ' s ear"},
      {"it is n't", "it is n 't"},
      {"the 1960's", "the 1960 's"},
      {"dogs ' ears", "dogs ' ears"},
      {"rock'n'roll", "rock 'n 'roll"},
      {"'60s", "' 60s"},
      {"a and/or b", "a and / or b"},
      {"1,000 men", "1,000 men"},
      {"red,blue", "red , blue"},
      {"!!!", "! ! !"},
      {"$ 5.50", "$ 5.50"},
      {"5:54 pm", "5 : 54 pm"},
      {"50% off", "50 % off"},
      {"wait.... what", "wait .... what"},
      {"main st. at night", "main st. at night"},
      {"on main st.", "on main st ."},
      {"on st. 5", "on st . 5"},
      {"the u.s.", "the u.s."},
      {"red vs. 5", "red vs. 5"},
      {"caf\u00E9", "caf\u00E9"},
      {"\u00C9COLE", "\u00E9cole"},
      {"\u201Ctwo\u201D", "\" two \""},
      {"it\u2019s", "it 's"},
      {"a\u2014b", "a b"},
      {"22\u00A03/4", "22 3 / 4"},
      {"", ""},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(normalized(text), expected) << text;
}

TEST(MeteorNormalizer, AcceptsAnyBytes) {
  EXPECT_EQ(normalized("dog\xFF"), "dog \uFFFD");
  EXPECT_EQ(normalized("dog\U0001F600 runs"), "dog \U0001F600 runs");
  EXPECT_EQ(normalize({std::string("a\0b", 3), "", "."}), (Tokens{"a", "b", "."}));
  EXPECT_EQ(normalize({"\u00A0", "-", "'"}), (Tokens{"-", "'"}));
}

TEST(MeteorNormalizer, IsIdempotentOnWords) {
  for (const char* text : {"twin hulled", "dog ' s", "st . 5", "a / b"}) {
    EXPECT_EQ(normalized(text), text);
  }
}

}  // namespace
}  // namespace storyteller::meteor_parts::normalizer_test
