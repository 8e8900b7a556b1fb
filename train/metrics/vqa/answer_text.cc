#include "train/metrics/vqa/answer_text.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/text/ascii.h"
#include "core/text/unicode.h"
#include "core/text/utf8.h"

namespace storyteller {
namespace {

constexpr std::string_view kMarks = ";/[]\"{}()=+\\_-><@`,?!";
constexpr int kMostFullStops = 32;  // a flag of the original stands where the count belongs
constexpr std::array<std::string_view, 3> kArticles = {"a", "an", "the"};

const std::unordered_map<std::string_view, std::string_view>& numbers() {
  static const std::unordered_map<std::string_view, std::string_view> words = {
      {"none", "0"}, {"zero", "0"}, {"one", "1"},   {"two", "2"},   {"three", "3"}, {"four", "4"},
      {"five", "5"}, {"six", "6"},  {"seven", "7"}, {"eight", "8"}, {"nine", "9"},  {"ten", "10"}};
  return words;
}

// Those of the original that change a word in lower case.
const std::unordered_map<std::string_view, std::string_view>& contractions() {
  static const std::unordered_map<std::string_view, std::string_view> words = {
      {"'ow'sat", "'ow's'at"},
      {"'ows'at", "'ow's'at"},
      {"aint", "ain't"},
      {"arent", "aren't"},
      {"cant", "can't"},
      {"couldn'tve", "couldn't've"},
      {"couldnt", "couldn't"},
      {"couldnt've", "couldn't've"},
      {"couldve", "could've"},
      {"didnt", "didn't"},
      {"doesnt", "doesn't"},
      {"dont", "don't"},
      {"hadn'tve", "hadn't've"},
      {"hadnt", "hadn't"},
      {"hadnt've", "hadn't've"},
      {"hasnt", "hasn't"},
      {"havent", "haven't"},
      {"he'dve", "he'd've"},
      {"hed", "he'd"},
      {"hed've", "he'd've"},
      {"hes", "he's"},
      {"howd", "how'd"},
      {"howll", "how'll"},
      {"hows", "how's"},
      {"isnt", "isn't"},
      {"it'dve", "it'd've"},
      {"itd", "it'd"},
      {"itd've", "it'd've"},
      {"itll", "it'll"},
      {"maam", "ma'am"},
      {"mightn'tve", "mightn't've"},
      {"mightnt", "mightn't"},
      {"mightnt've", "mightn't've"},
      {"mightve", "might've"},
      {"mustnt", "mustn't"},
      {"mustve", "must've"},
      {"neednt", "needn't"},
      {"notve", "not've"},
      {"oclock", "o'clock"},
      {"oughtnt", "oughtn't"},
      {"ow's'at", "'ow's'at"},
      {"shant", "shan't"},
      {"she'dve", "she'd've"},
      {"shed've", "she'd've"},
      {"shouldn'tve", "shouldn't've"},
      {"shouldnt", "shouldn't"},
      {"shouldnt've", "shouldn't've"},
      {"shouldve", "should've"},
      {"somebody'd", "somebodyd"},
      {"somebody'dve", "somebody'd've"},
      {"somebodyd've", "somebody'd've"},
      {"somebodyll", "somebody'll"},
      {"somebodys", "somebody's"},
      {"someone'dve", "someone'd've"},
      {"someoned", "someone'd"},
      {"someoned've", "someone'd've"},
      {"someonell", "someone'll"},
      {"someones", "someone's"},
      {"something'dve", "something'd've"},
      {"somethingd", "something'd"},
      {"somethingd've", "something'd've"},
      {"somethingll", "something'll"},
      {"thats", "that's"},
      {"there'dve", "there'd've"},
      {"thered", "there'd"},
      {"thered've", "there'd've"},
      {"therere", "there're"},
      {"theres", "there's"},
      {"they'dve", "they'd've"},
      {"theyd", "they'd"},
      {"theyd've", "they'd've"},
      {"theyll", "they'll"},
      {"theyre", "they're"},
      {"theyve", "they've"},
      {"twas", "'twas"},
      {"wasnt", "wasn't"},
      {"we'dve", "we'd've"},
      {"wed've", "we'd've"},
      {"werent", "weren't"},
      {"weve", "we've"},
      {"whatll", "what'll"},
      {"whatre", "what're"},
      {"whats", "what's"},
      {"whatve", "what've"},
      {"whens", "when's"},
      {"whered", "where'd"},
      {"wheres", "where's"},
      {"whereve", "where've"},
      {"who'dve", "who'd've"},
      {"whod", "who'd"},
      {"whod've", "who'd've"},
      {"wholl", "who'll"},
      {"whos", "who's"},
      {"whove", "who've"},
      {"whyll", "why'll"},
      {"whyre", "why're"},
      {"whys", "why's"},
      {"wont", "won't"},
      {"wouldn'tve", "wouldn't've"},
      {"wouldnt", "wouldn't"},
      {"wouldnt've", "wouldn't've"},
      {"wouldve", "would've"},
      {"y'all'dve", "y'all'd've"},
      {"y'alld've", "y'all'd've"},
      {"y'allll", "y'all'll"},
      {"yall", "y'all"},
      {"yall'd've", "y'all'd've"},
      {"yall'll", "y'all'll"},
      {"you'dve", "you'd've"},
      {"youd", "you'd"},
      {"youd've", "you'd've"},
      {"youll", "you'll"},
      {"youre", "you're"},
      {"youve", "you've"},
  };
  return words;
}

/// As Python's str.isspace() sees it.
bool is_space(char32_t c) {
  return (c >= 0x1C && c <= 0x1F) || c == 0x85 || c == 0x1680 || c == 0x202F || c == 0x205F ||
         unicode::char_class(c) == unicode::kBlank || unicode::char_class(c) == unicode::kLineBreak;
}

/// Whether a comma stands between two digits anywhere.
bool has_grouped_number(std::string_view text) {
  for (size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == ',' && is_decimal_digit(text[i - 1]) && is_decimal_digit(text[i + 1]))
      return true;
  }
  return false;
}

bool stands_beside_blank(std::string_view text, char mark) {
  for (size_t i = text.find(mark); i != std::string_view::npos; i = text.find(mark, i + 1)) {
    if ((i > 0 && text[i - 1] == ' ') || (i + 1 < text.size() && text[i + 1] == ' ')) return true;
  }
  return false;
}

std::string without_punctuation(std::string_view text) {
  const bool grouped_number = has_grouped_number(text);
  std::string marked;
  for (const char c : text) {
    if (kMarks.find(c) == std::string_view::npos) {
      marked += c;
    } else if (!grouped_number && !stands_beside_blank(text, c)) {
      marked += ' ';
    }
  }
  std::string out;
  int stops = 0;
  for (size_t i = 0; i < marked.size(); ++i) {
    const bool full_stop =
        marked[i] == '.' && (i + 1 == marked.size() || !is_decimal_digit(marked[i + 1]));
    if (full_stop && stops < kMostFullStops) {
      ++stops;
    } else {
      out += marked[i];
    }
  }
  return out;
}

/// In lower case, at white space.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  bool inside = false;
  while (!text.empty()) {
    const char32_t c = take_character(&text);
    if (is_space(c)) {
      inside = false;
      continue;
    }
    if (!inside) words.emplace_back();
    inside = true;
    append_utf8(unicode::to_lower(c), &words.back());
  }
  return words;
}

}  // namespace

std::string trimmed_answer(std::string_view answer) {
  std::string out;
  size_t end = 0;  // behind the last character that is no space
  while (!answer.empty()) {
    const char32_t c = take_character(&answer);
    const bool space = is_space(c);
    if (space && out.empty()) continue;
    append_utf8(c == '\n' || c == '\t' ? U' ' : c, &out);
    if (!space) end = out.size();
  }
  out.resize(end);
  return out;
}

std::string normalized_answer(std::string_view answer) {
  std::string out;
  for (const std::string& word : words_of(without_punctuation(answer))) {
    std::string_view said = word;
    if (const auto number = numbers().find(said); number != numbers().end()) said = number->second;
    if (std::find(kArticles.begin(), kArticles.end(), said) != kArticles.end()) continue;
    if (const auto whole = contractions().find(said); whole != contractions().end()) {
      said = whole->second;
    }
    if (!out.empty()) out += ' ';
    out += said;
  }
  return out;
}

}  // namespace storyteller
