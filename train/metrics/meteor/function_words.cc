#include "train/metrics/meteor/function_words.h"

#include <string_view>

#include "train/metrics/wordnet/lexicon_file.h"

namespace storyteller::meteor_parts {
namespace {

// The normaliser makes n 't of n't, ' m of 'm, ' s of 's; round brackets arrive as -lrb- -rrb-.
constexpr std::string_view kDefault =
    "! \" $ ' ( ) , - . ... / : ? -lrb- -rrb- 's 't a about after all am an and any are as at be "
    "because been but by can could did do for from had has have he her him his i if in into is "
    "it like m may me my n no not of on one or our out over s she should some than that the "
    "their them there these they this to two up us was we were what which who will with would "
    "you your";

}  // namespace

FunctionWords read_function_words(const std::filesystem::path& path) {
  LexiconFile file(path, "give METEOR's list, one word a line, or leave it out");
  FunctionWords words;
  for (std::string_view line; file.next_line(line);) {
    const std::string_view word = take_field(line);
    if (!take_field(line).empty()) file.fail("more than one word");
    if (!word.empty()) words.emplace(word);
  }
  if (words.empty()) file.fail("the file holds no word");
  return words;
}

const FunctionWords& default_function_words() {
  static const FunctionWords words = [] {
    FunctionWords out;
    std::string_view rest = kDefault;
    for (std::string_view word = take_field(rest); !word.empty(); word = take_field(rest)) {
      out.emplace(word);
    }
    return out;
  }();
  return words;
}

}  // namespace storyteller::meteor_parts
