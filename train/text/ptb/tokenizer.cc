#include "train/text/ptb/tokenizer.h"

#include <algorithm>

#include "train/text/ptb/lexer.h"
#include "train/text/ptb/spelling.h"

namespace storyteller {
namespace {

using ptb::Text;

/// Takes the common case, a plain word before a blank or the end. Returns one past the word, or
/// `begin` where the rules have to decide.
size_t take_plain_word(const Text& text, size_t begin, Tokens& tokens) {
  const size_t end = ptb::skip(text, begin, text.size(), ptb::is_ascii_letter);
  if (end == begin || (end != text.size() && text[end] != ' ')) return begin;
  std::string word(end - begin, '\0');
  for (size_t i = begin; i < end; ++i) word[i - begin] = static_cast<char>(text[i] | 32U);
  const auto& together = ptb::kWrittenTogether;
  if (std::find(together.begin(), together.end(), word) != together.end()) return begin;
  tokens.push_back(std::move(word));
  return end;
}

}  // namespace

Tokens ptb_tokenize(std::string_view caption) {
  static thread_local std::u32string padded;
  unicode::decode_utf8(caption, padded);
  std::erase(padded, U'\u00AD');  // soft hyphens are a matter of layout
  padded.append(U"\n\0\0\0", Text::kPadding);
  const Text text(padded);
  Tokens tokens;
  tokens.reserve(caption.size() / 4 + 1);
  for (size_t at = 0; at < text.size();) {
    if (text[at] == ' ') {
      ++at;
      continue;
    }
    const size_t word_end = take_plain_word(text, at, tokens);
    if (word_end > at) {
      at = word_end;
      continue;
    }
    const ptb::Match match = ptb::match_token(text, at);
    if (match.spelling != ptb::Spelling::kDropped) {
      std::string token = ptb::spell(text, at, match.end, match.spelling);
      if (!ptb::is_removed(token)) tokens.push_back(std::move(token));
    }
    at = match.end;
  }
  constexpr size_t kKeptCapacity = 1U << 16U;  // a hostile caption must not pin its memory
  if (padded.capacity() > kKeptCapacity) std::u32string().swap(padded);
  return tokens;
}

std::string token_lines(const Tokens& caption) {
  std::string text;
  for (const std::string& token : caption) text.append(token).push_back('\n');
  return text;
}

bool has_words(std::string_view caption) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  const bool plain = caption.find_first_of("<&-") == std::string_view::npos;
  if (plain && std::any_of(caption.begin(), caption.end(), is_letter)) return true;
  const auto is_word_part = [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
  };
  const Tokens tokens = ptb_tokenize(caption);
  return std::any_of(tokens.begin(), tokens.end(), [&](const std::string& token) {
    return !token.starts_with('<') && std::any_of(token.begin(), token.end(), is_word_part);
  });
}

}  // namespace storyteller
