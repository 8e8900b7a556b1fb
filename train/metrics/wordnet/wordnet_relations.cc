#include "train/metrics/wordnet/wordnet_relations.h"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <optional>
#include <set>
#include <string_view>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/ascii.h"
#include "train/metrics/wordnet/lexicon_file.h"

namespace storyteller {
namespace {

constexpr std::array<const char*, 4> kDataFiles = {"data.noun", "data.verb", "data.adj",
                                                   "data.adv"};
/// The longest line of WordNet 3.0 takes 13 KiB.
constexpr size_t kPiece = 4096, kLongestLine = size_t{1} << 20;

std::optional<PartOfSpeech> pos_of(char letter) {
  switch (letter) {
    case 'n':
      return PartOfSpeech::kNoun;
    case 'v':
      return PartOfSpeech::kVerb;
    case 'a':
    case 's':  // an adjective satellite
      return PartOfSpeech::kAdjective;
    case 'r':
      return PartOfSpeech::kAdverb;
    default:
      return std::nullopt;
  }
}

/// A count in base 16 or 10 of at most three digits.
std::optional<uint32_t> count_of(std::string_view digits, int base) {
  uint32_t count = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, count, base);
  if (digits.empty() || digits.size() > 3 || error != std::errc() || stop != end) {
    return std::nullopt;
  }
  return count;
}

/// "afraid(p)" -> "afraid": where an adjective may stand is no part of it.
std::string lemma_of(std::string_view word) { return lower_case(word.substr(0, word.find('('))); }

}  // namespace

class WordNetRelations::File {
 public:
  explicit File(const std::filesystem::path& path)
      : name_(printable(path.string(), 400)),
        descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (descriptor_ < 0) throw InputError(name_ + ": no such file; " + kWordNetFix);
  }
  ~File() { ::close(descriptor_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  [[noreturn]] void fail(uint32_t offset, const std::string& cause) const {
    throw InputError(name_ + ": at byte " + std::to_string(offset) + ": " + cause + "; " +
                     kWordNetFix);
  }

  /// The line that begins at `offset`.
  std::string line(uint32_t offset) const {
    std::string text;
    size_t end = std::string::npos;
    while (end == std::string::npos) {
      const size_t before = text.size();
      if (before > kLongestLine) fail(offset, "no line is that long");
      text.resize(before + kPiece);
      const ssize_t got =
          ::pread(descriptor_, text.data() + before, kPiece, static_cast<off_t>(offset + before));
      if (got <= 0) fail(offset, "the file ends there");
      text.resize(before + static_cast<size_t>(got));
      end = text.find('\n', before);
    }
    text.resize(end);
    return text;
  }

 private:
  std::string name_;
  int descriptor_;
};

WordNetRelations WordNetRelations::open(const std::filesystem::path& folder) {
  WordNetRelations relations;
  for (size_t i = 0; i < kDataFiles.size(); ++i) {
    relations.files_[i] = std::make_shared<const File>(folder / kDataFiles[i]);
  }
  return relations;
}

/// `offset lex_filenum ss_type w_cnt (word lex_id)* p_cnt (symbol offset pos source/target)* ... |
/// gloss`
Synset WordNetRelations::synset(SynsetKey key) const {
  const File& file = *files_[static_cast<size_t>(key.pos)];
  const std::string line = file.line(key.offset);
  const size_t bar = line.find(" | ");
  std::string_view fields = std::string_view(line).substr(0, bar);
  uint32_t offset = 0;
  if (!parse_number(take_field(fields), offset) || offset != key.offset) {
    file.fail(key.offset, "no synonym set begins there");
  }
  take_field(fields);  // lexicographer's file
  take_field(fields);  // type
  const auto words = count_of(take_field(fields), 16);
  if (!words || *words == 0) file.fail(key.offset, "no number of words");
  Synset set;
  for (uint32_t i = 0; i < *words; ++i) {
    set.words.push_back(lemma_of(take_field(fields)));
    if (take_field(fields).empty()) file.fail(key.offset, "fewer words than it says");
  }
  const auto pointers = count_of(take_field(fields), 10);
  if (!pointers) file.fail(key.offset, "no number of pointers");
  for (uint32_t i = 0; i < *pointers; ++i) {
    const std::string symbol(take_field(fields));
    uint32_t to = 0;
    const bool numbered = parse_number(take_field(fields), to);
    const std::string_view letter = take_field(fields);
    const auto pos = letter.size() == 1 ? pos_of(letter.front()) : std::nullopt;
    if (!numbered || !pos || take_field(fields).empty()) {
      file.fail(key.offset, "fewer pointers than it says");
    }
    set.pointers.push_back({symbol, {to, *pos}});
  }
  if (bar != std::string::npos) set.gloss = trimmed(std::string_view(line).substr(bar + 3));
  return set;
}

std::vector<SynsetKey> WordNetRelations::followed(SynsetKey key, char symbol) const {
  std::vector<SynsetKey> found;
  for (const Synset::Pointer& pointer : synset(key).pointers) {
    if (pointer.symbol.starts_with(symbol)) found.push_back(pointer.to);
  }
  return found;
}

std::vector<SynsetKey> WordNetRelations::hypernyms(SynsetKey key) const {
  return followed(key, '@');
}

std::vector<SynsetKey> WordNetRelations::hyponyms(SynsetKey key, int depth, size_t most) const {
  std::vector<SynsetKey> found;
  std::set<SynsetKey> seen = {key};
  std::vector<SynsetKey> level = {key};
  for (int step = 0; step < depth && !level.empty(); ++step) {
    std::vector<SynsetKey> next;
    for (const SynsetKey from : level) {
      for (const SynsetKey to : followed(from, '~')) {
        if (found.size() >= most) return found;
        if (!seen.insert(to).second) continue;
        found.push_back(to);
        next.push_back(to);
      }
    }
    level = std::move(next);
  }
  return found;
}

std::string WordNetRelations::definition(SynsetKey key) const {
  const std::string gloss = synset(key).gloss;
  return std::string(trimmed(std::string_view(gloss).substr(0, gloss.find("; \""))));
}

}  // namespace storyteller
