#include "train/metrics/wordnet/wordnet.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <mutex>
#include <utility>

#include "core/error.h"
#include "core/system/environment.h"
#include "core/system/printable.h"
#include "train/metrics/wordnet/lexicon_file.h"

namespace storyteller {
namespace {

struct FileNames {
  const char* suffix;  ///< index.SUFFIX, SUFFIX.exc
  char letter;         ///< second field of an index line
};
FileNames names_of(PartOfSpeech pos) {
  constexpr std::array<FileNames, 4> kNames = {
      {{"noun", 'n'}, {"verb", 'v'}, {"adj", 'a'}, {"adv", 'r'}}};
  return kNames[static_cast<size_t>(pos)];
}

/// The synset_offsets of a line of index.POS without its lemma:
/// `lemma pos synset_cnt p_cnt ptr_symbol*p_cnt sense_cnt tagsense_cnt synset_offset*synset_cnt`
std::vector<uint32_t> offsets_of(const SortedLexicon& index, std::string_view line, char letter) {
  constexpr uint32_t kMostSenses = 1000;  // a sane bound; the noun `head` has 33, `break` 59
  const char* const place = line.data();
  const auto number = [&](const char* what) {
    uint32_t value = 0;
    if (!parse_number(take_field(line), value)) {
      index.fail(place, std::string("no number for ") + what);
    }
    return value;
  };
  take_field(line);
  const std::string_view pos = take_field(line);
  if (pos.size() != 1 || pos.front() != letter) {
    index.fail(place, "'" + printable(pos, 20) + "' where part of speech '" + letter + "' belongs");
  }
  const uint32_t count = number("synset_cnt");
  if (count < 1 || count > kMostSenses) {
    index.fail(place, "synset_cnt is " + std::to_string(count));
  }
  const uint32_t pointers = number("p_cnt");
  for (uint32_t i = 0; i < pointers; ++i) {
    if (take_field(line).empty()) index.fail(place, "fewer pointer symbols than p_cnt says");
  }
  number("sense_cnt");
  number("tagsense_cnt");
  std::vector<uint32_t> offsets(count);
  for (uint32_t& offset : offsets) offset = number("synset_offset");
  if (!take_field(line).empty()) index.fail(place, "more fields than synset_cnt says");
  return offsets;
}

}  // namespace

WordNet WordNet::open(const std::filesystem::path& folder) {
  if (!std::filesystem::is_directory(folder)) {
    throw InputError(printable(folder.string(), 400) + ": no such folder of WordNet files; " +
                     kWordNetFix);
  }
  std::vector<Lexicon> lexicons;
  for (const PartOfSpeech pos : kPartsOfSpeech) {
    const std::string name = names_of(pos).suffix;
    lexicons.push_back({{folder / ("index." + name), kWordNetFix, SortedLexicon::Repeats::kNone},
                        {folder / (name + ".exc"), kWordNetFix, SortedLexicon::Repeats::kAllowed}});
    if (lexicons.back().synsets.size() == 0) {
      lexicons.back().synsets.fail_at_end("the file holds no lemma");
    }
  }
  return WordNet(std::move(lexicons));
}

std::vector<uint32_t> WordNet::synsets(std::string_view lemma, PartOfSpeech pos) const {
  std::string joined;
  if (lemma.find(' ') != std::string_view::npos) {
    joined = lemma;
    std::replace(joined.begin(), joined.end(), ' ', '_');
    lemma = joined;
  }
  const SortedLexicon& index = lexicon(pos).synsets;
  std::string_view found = index.find(lemma);
  if (found.empty()) return {};
  return offsets_of(index, take_line(found), names_of(pos).letter);
}

/// Lines of `form lemma...`
std::vector<std::string> WordNet::exceptions(std::string_view form, PartOfSpeech pos) const {
  const SortedLexicon& file = lexicon(pos).exceptions;
  std::vector<std::string> lemmas;
  for (std::string_view found = file.find(form); !found.empty();) {
    std::string_view line = take_line(found);
    const char* const place = line.data();
    take_field(line);
    std::string_view lemma = take_field(line);
    if (lemma.empty()) file.fail(place, "no lemma for '" + printable(form, 60) + "'");
    for (; !lemma.empty(); lemma = take_field(line)) lemmas.emplace_back(lemma);
  }
  return lemmas;
}

std::shared_ptr<const WordNet> WordNet::shared(const std::filesystem::path& folder) {
  static std::mutex lock;
  static std::map<std::filesystem::path, std::weak_ptr<const WordNet>> opened;
  const std::lock_guard guard(lock);
  std::weak_ptr<const WordNet>& known = opened[folder];
  std::shared_ptr<const WordNet> wordnet = known.lock();
  if (!wordnet) known = wordnet = std::make_shared<const WordNet>(open(folder));
  return wordnet;
}

std::filesystem::path default_wordnet_folder() {
  const std::string set = environment("STORYTELLER_WORDNET");
  return set.empty() ? "/usr/share/wordnet" : set;
}

}  // namespace storyteller
