#include "model/wording/sentence.h"

#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/text/ascii.h"

namespace storyteller {
namespace {

/// What is written in another way than the captions of data sets have it, in lower case.
std::string spelt(const std::string& word) {
  static const std::unordered_map<std::string_view, std::string_view> spellings = {
      {"i", "I"},
      {"t-shirt", "T-shirt"},
      {"t-shirts", "T-shirts"},
      {"tshirt", "T-shirt"},
      {"tv", "TV"},
      {"tvs", "TVs"},
      {"atv", "ATV"},
      {"atvs", "ATVs"},
      {"suv", "SUV"},
      {"bmx", "BMX"},
      {"usa", "USA"},
      {"christmas", "Christmas"},
      {"halloween", "Halloween"},
      {"santa", "Santa"},
      {"american", "American"},
      {"british", "British"},
      {"chinese", "Chinese"},
      {"japanese", "Japanese"},
      {"-lrb-", "("},
      {"-rrb-", ")"},
      {"``", "\""},
      {"''", "\""}};
  const auto at = spellings.find(word);
  return at == spellings.end() ? word : std::string(at->second);
}

/// Joins "t - shirt" to "t-shirt", and "man 's", "do n't" to one word.
std::vector<std::string> joined_tokens(std::span<const std::string> words) {
  std::vector<std::string> out;
  bool glue = false;
  for (const std::string& word : words) {
    const bool clitic =
        word == "n't" || (word.size() > 1 && word[0] == '\'' && word != "''") || word == "'";
    const bool hyphen = word == "-" || word == "--";
    if (!out.empty() && (glue || clitic || hyphen)) {
      out.back() += word;
    } else if (!hyphen) {
      out.push_back(word);
    }
    glue = hyphen && !out.empty();
  }
  if (glue && !out.empty()) out.back().erase(out.back().find_last_not_of('-') + 1);
  return out;
}

/// Whether a word begins with the sound of a vowel.
bool sounds_as_vowel(std::string_view word) {
  if (word.empty()) return false;
  const auto begins = [&](std::initializer_list<std::string_view> beginnings) {
    for (const std::string_view beginning : beginnings) {
      if (word.starts_with(beginning)) return true;
    }
    return false;
  };
  if (begins(
          {"hour", "honest", "honor", "honour", "heir", "8", "11", "18", "SUV", "mp3", "x-ray"})) {
    return true;
  }
  if (begins({"unid", "unim", "unin", "unint"})) return true;
  if (begins({"uni", "use", "usu", "uten", "uku", "eu", "ewe", "one", "once"})) return false;
  return std::string_view("aeiouAEIO").find(word[0]) != std::string_view::npos;
}

bool is_closing_mark(const std::string& word) {
  return word == "," || word == "." || word == ";" || word == ":" || word == "!" || word == "?" ||
         word == ")" || word == "%";
}

}  // namespace

std::string written(std::span<const std::string> words) {
  std::vector<std::string> tokens = joined_tokens(words);
  for (std::string& token : tokens) token = spelt(token);
  while (!tokens.empty() && is_closing_mark(tokens.back()) && tokens.back() != ")") {
    tokens.pop_back();
  }
  std::string text;
  for (size_t i = 0; i < tokens.size(); ++i) {
    std::string& token = tokens[i];
    if ((token == "a" || token == "an") && i + 1 < tokens.size()) {
      token = sounds_as_vowel(tokens[i + 1]) ? "an" : "a";
    }
    const bool apart = i > 0 && !is_closing_mark(token) && tokens[i - 1] != "(";
    if (apart) text += ' ';
    text += token;
  }
  return text;
}

std::string as_sentence(std::string text, const std::string& mark) {
  if (!text.empty()) text[0] = upper_case(text[0]);
  return text + mark;
}

}  // namespace storyteller
