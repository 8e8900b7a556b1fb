#include "tools/commands/style_argument.h"

#include <algorithm>

#include "model/style_tokens.h"

namespace storyteller {

void add_style_option(const Options& command, std::string& style) {
  command.text("--style", style,
               "data set in whose style a model speaks that was trained with style_tokens");
}

std::string speak_style(const std::string& given, const std::string& usual, Ensemble& models) {
  const std::vector<std::string> known = styles_of(models.vocabulary());
  std::string style = given;
  if (style.empty() && !known.empty()) {
    const bool knows = std::find(known.begin(), known.end(), usual) != known.end();
    style = knows ? usual : known.front();
  }
  const int word = begin_word(models.vocabulary(), style, "`style`");
  for (const auto& member : models.members()) member->set_begin_word(word);
  return style;
}

}  // namespace storyteller
