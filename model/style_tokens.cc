#include "model/style_tokens.h"

#include "core/did_you_mean.h"
#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/phrase.h"

namespace storyteller {
namespace {

constexpr std::string_view kHead = "<begin:", kTail = ">";

}  // namespace

std::string style_token(std::string_view style) {
  return std::string(kHead).append(style).append(kTail);
}

bool is_style_token(std::string_view word) {
  return word.size() > kHead.size() + kTail.size() && word.starts_with(kHead) &&
         word.ends_with(kTail);
}

Vocabulary with_styles(const Vocabulary& words, std::span<const std::string> styles) {
  std::vector<std::string> all = words.words();
  for (const std::string& style : styles) all.push_back(style_token(style));
  return Vocabulary(std::move(all));
}

std::vector<int32_t> style_ids(const Vocabulary& vocabulary) {
  std::vector<int32_t> ids;
  for (int id = vocabulary.size() - 1; id >= Vocabulary::kSpecialTokens; --id) {
    if (!is_style_token(vocabulary.word(id))) break;
    ids.insert(ids.begin(), id);
  }
  return ids;
}

std::vector<std::string> styles_of(const Vocabulary& vocabulary) {
  std::vector<std::string> styles;
  for (const int32_t id : style_ids(vocabulary)) {
    const std::string& token = vocabulary.word(id);
    styles.push_back(token.substr(kHead.size(), token.size() - kHead.size() - kTail.size()));
  }
  return styles;
}

int begin_word(const Vocabulary& vocabulary, std::string_view style, std::string_view where) {
  const std::vector<std::string> styles = styles_of(vocabulary);
  if (style.empty()) {
    return styles.empty() ? Vocabulary::kStart : vocabulary.id(style_token(styles.front()));
  }
  for (const std::string& each : styles) {
    if (each == style) return vocabulary.id(style_token(each));
  }
  throw UsageError(std::string(where) + ": the model " +
                   (styles.empty() ? "knows no styles; leave it out"
                                   : "knows no style '" + printable(style) + "'" +
                                         did_you_mean(std::string(style), styles) + " (there are " +
                                         joined(styles) + ")"));
}

}  // namespace storyteller
