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

/// `lemma pos synset_cnt p_cnt ptr_symbol*p_cnt sense_cnt tagsense_cnt synset_offset*synset_cnt`
void read_index(LexiconFile file, char letter, WordTable& synsets) {
  constexpr uint32_t kMostSenses = 1000;  // a sane bound; the noun `head` has 33, `break` 59
  std::vector<uint32_t> offsets;
  const auto number = [&](std::string_view& line, const char* what) {
    uint32_t value = 0;
    if (!parse_number(take_field(line), value)) file.fail(std::string("no number for ") + what);
    return value;
  };
  for (std::string_view line; file.next_line(line);) {
    if (line.starts_with("  ")) continue;  // the licence
    const std::string_view lemma = take_field(line);
    if (lemma.empty()) file.fail("no lemma");
    const std::string_view pos = take_field(line);
    if (pos.size() != 1 || pos.front() != letter) {
      file.fail("'" + printable(pos, 20) + "' where part of speech '" + letter + "' belongs");
    }
    const uint32_t count = number(line, "synset_cnt");
    if (count < 1 || count > kMostSenses) file.fail("synset_cnt is " + std::to_string(count));
    const uint32_t pointers = number(line, "p_cnt");
    for (uint32_t i = 0; i < pointers; ++i) {
      if (take_field(line).empty()) file.fail("fewer pointer symbols than p_cnt says");
    }
    number(line, "sense_cnt");
    number(line, "tagsense_cnt");
    offsets.clear();
    for (uint32_t i = 0; i < count; ++i) offsets.push_back(number(line, "synset_offset"));
    if (!take_field(line).empty()) file.fail("more fields than synset_cnt says");
    if (!synsets.add(lemma, offsets)) file.fail("'" + printable(lemma, 60) + "' appears twice");
  }
  if (synsets.size() == 0) file.fail("the file holds no lemma");
}

/// `form lemma...`
template <class Exceptions>
void read_exceptions(LexiconFile file, Exceptions& exceptions) {
  for (std::string_view line; file.next_line(line);) {
    const std::string_view form = take_field(line);
    if (form.empty()) continue;
    auto& lemmas = exceptions[std::string(form)];
    std::string_view lemma = take_field(line);
    if (lemma.empty()) file.fail("no lemma for '" + printable(form, 60) + "'");
    for (; !lemma.empty(); lemma = take_field(line)) lemmas.emplace_back(lemma);
  }
}

}  // namespace

WordNet WordNet::open(const std::filesystem::path& folder) {
  if (!std::filesystem::is_directory(folder)) {
    throw InputError(printable(folder.string(), 400) + ": no such folder of WordNet files; " +
                     kWordNetFix);
  }
  WordNet wordnet;
  for (const PartOfSpeech pos : kPartsOfSpeech) {
    const FileNames names = names_of(pos);
    Lexicon& lexicon = wordnet.lexicons_[static_cast<size_t>(pos)];
    read_index({folder / (std::string("index.") + names.suffix), kWordNetFix}, names.letter,
               lexicon.synsets);
    read_exceptions(LexiconFile(folder / (std::string(names.suffix) + ".exc"), kWordNetFix),
                    lexicon.exceptions);
  }
  return wordnet;
}

std::span<const uint32_t> WordNet::synsets(std::string_view lemma, PartOfSpeech pos) const {
  if (lemma.find(' ') == std::string_view::npos) return lexicon(pos).synsets.find(lemma);
  std::string joined(lemma);
  std::replace(joined.begin(), joined.end(), ' ', '_');
  return lexicon(pos).synsets.find(joined);
}

std::span<const std::string> WordNet::exceptions(std::string_view form, PartOfSpeech pos) const {
  const auto found = lexicon(pos).exceptions.find(form);
  if (found == lexicon(pos).exceptions.end()) return {};
  return found->second;
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
