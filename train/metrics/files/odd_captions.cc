#include "train/metrics/files/odd_captions.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string_view>

#include "core/system/printable.h"
#include "core/text/ascii.h"
#include "core/text/counted.h"
#include "core/text/utf8.h"
#include "train/text/field_names.h"
#include "train/text/ptb/tokenizer.h"

namespace storyteller {
namespace {

/// "3 of 40 hypotheses (such as 'a b') ".
std::string share_of(const Counted& counted, const std::string& whose, size_t all) {
  constexpr size_t kLongestExample = 60;
  return std::to_string(counted.count) + " of " + std::to_string(all) + " " + whose +
         " (such as '" + printable(counted.example, kLongestExample) + "') ";
}

bool is_in(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }

/// Chinese characters and Japanese syllables: a word is one to three of them.
bool is_east_asian(char32_t c) {
  return is_in(c, 0x3040, 0x30FF) || is_in(c, 0x3400, 0x4DBF) || is_in(c, 0x4E00, 0x9FFF) ||
         is_in(c, 0xF900, 0xFAFF) || is_in(c, 0x20000, 0x3FFFF);
}
/// Thai, Lao, Burmese, Khmer: letters, of which a word has several.
bool is_south_east_asian(char32_t c) {
  return is_in(c, 0xE00, 0xEFF) || is_in(c, 0x1000, 0x109F) || is_in(c, 0x1780, 0x17FF);
}

/// Whether more characters of a script without blanks stand together than words have.
bool is_in_one_piece(const std::string& caption) {
  constexpr size_t kEastAsianWord = 5, kSouthEastAsianWord = 10;
  size_t east = 0, south_east = 0;
  for (std::string_view rest = caption; !rest.empty();) {
    const char32_t c = take_character(&rest);
    east += is_east_asian(c) ? 1 : 0;
    south_east += is_south_east_asian(c) ? 1 : 0;
  }
  if (east + south_east == 0) return false;
  const size_t tokens = std::max<size_t>(1, ptb_tokenize(caption).size());
  return east >= kEastAsianWord * tokens || south_east >= kSouthEastAsianWord * tokens;
}

/// Accents behind their letter, and parts of Korean syllables, which composed text has in one.
bool is_decomposed(const std::string& caption) {
  char32_t before = 0;
  for (std::string_view rest = caption; !rest.empty();) {
    const char32_t c = take_character(&rest);
    const bool behind_letter = (before < 0x80 && std::isalpha(static_cast<int>(before)) != 0) ||
                               is_in(before, 0xC0, 0x52F) || is_in(before, 0x3040, 0x30FF);
    const bool accent = is_in(c, 0x300, 0x345) || c == 0x3099 || c == 0x309A;
    if ((accent && behind_letter) || is_in(c, 0x1161, 0x11FF)) return true;
    before = c;
  }
  return false;
}

/// The first mark that stands in a caption as a word; empty: none.
std::string_view mark_in(std::string_view caption) {
  constexpr std::array<std::string_view, 24> kMarks = {
      "<start>", "<end>", "<pad>",         "<eos>",           "<bos>",    "<sos>",
      "<unk>",   "<s>",   "</s>",          "<mask>",          "[CLS]",    "[SEP]",
      "[PAD]",   "[UNK]", "[EOS]",         "[BOS]",           "[MASK]",   "[SOS]",
      "[DEC]",   "<UNK>", "<|endoftext|>", "<|startoftext|>", "startseq", "endseq"};
  for (std::string_view rest = caption; !rest.empty();) {
    const size_t begin = std::min(rest.find_first_not_of(" \t"), rest.size());
    rest.remove_prefix(begin);
    const std::string_view word = rest.substr(0, rest.find_first_of(" \t"));
    rest.remove_prefix(word.size());
    const auto same = [&](std::string_view mark) {
      return std::equal(word.begin(), word.end(), mark.begin(), mark.end(),
                        [](char a, char b) { return lower_case(a) == lower_case(b); });
    };
    if (const auto* mark = std::find_if(kMarks.begin(), kMarks.end(), same); mark != kMarks.end()) {
      return word;
    }
  }
  return {};
}

bool is_file_name(const std::string& caption) {
  return caption.find_first_of(" \t") == std::string::npos && has_picture_extension(caption);
}

/// Whether a caption has one of the words that hardly any English sentence is without.
bool looks_english(const std::string& caption) {
  constexpr std::array<std::string_view, 12> kWords = {"a",  "an",  "the", "with", "of",    "and",
                                                       "is", "are", "on",  "two",  "while", "his"};
  const Tokens tokens = ptb_tokenize(caption);
  return std::any_of(tokens.begin(), tokens.end(), [&](const std::string& token) {
    return std::find(kWords.begin(), kWords.end(), token) != kWords.end();
  });
}

}  // namespace

std::vector<std::string> odd_captions(const std::string& whose,
                                      std::span<const std::string> captions) {
  Counted in_one_piece, marked, decomposed, names;
  for (const std::string& caption : captions) {
    const bool ascii = std::all_of(caption.begin(), caption.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (!ascii && is_in_one_piece(caption)) in_one_piece.add(caption);
    if (!ascii && is_decomposed(caption)) decomposed.add(caption);
    if (const auto mark = mark_in(caption); !mark.empty()) marked.add(std::string(mark));
    if (is_file_name(caption)) names.add(caption);
  }
  std::vector<std::string> notes;
  const auto note = [&](const Counted& counted, const char* what) {
    if (counted.count > 0) notes.push_back(share_of(counted, whose, captions.size()) + what);
  };
  note(in_one_piece,
       "have no blanks between words; words are what is counted: divide them first, with a "
       "segmenter of their language");
  note(marked, "hold marks of a decoder or tokeniser, which count as words; take them out first");
  note(decomposed,
       "hold letters apart from their accents (Unicode NFD), which differ from composed ones; make "
       "all text NFC first, with uconv -x nfc");
  note(names, "are names of files, not captions");
  return notes;
}

std::vector<std::string> odd_hypotheses(std::span<const std::string> captions) {
  std::vector<std::string> notes;
  size_t empty = 0;
  for (const std::string& caption : captions) empty += has_words(caption) ? 0 : 1;
  if (empty > 0) {
    notes.push_back(std::to_string(empty) + " of " + std::to_string(captions.size()) +
                    " hypotheses hold no words and score 0");
  }
  constexpr size_t kMany = 3;
  const bool same = captions.size() >= kMany && empty < captions.size() &&
                    std::all_of(captions.begin(), captions.end(),
                                [&](const std::string& one) { return one == captions.front(); });
  if (same) {
    notes.push_back("all " + std::to_string(captions.size()) + " hypotheses are the same: '" +
                    printable(captions.front(), 60) + "'");
  }
  return notes;
}

std::string other_language(MetricSet metrics, std::span<const std::string> references) {
  if (!metrics.contains(Metric::kMeteor) && !metrics.contains(Metric::kSpice)) return "";
  constexpr size_t kEnough = 3, kOneIn = 4;
  if (references.size() < kEnough) return "";
  const auto english =
      static_cast<size_t>(std::count_if(references.begin(), references.end(), looks_english));
  if (english * kOneIn >= references.size()) return "";
  return "METEOR and SPICE know English alone, and few of the references look it; of other "
         "languages, BLEU, ROUGE-L and CIDEr tell more";
}

}  // namespace storyteller
