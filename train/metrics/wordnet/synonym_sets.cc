#include "train/metrics/wordnet/synonym_sets.h"

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "core/system/printable.h"
#include "train/metrics/wordnet/detachment_rules.h"
#include "train/metrics/wordnet/lexicon_file.h"

namespace storyteller {
namespace {

constexpr const char* kFix = "give the data folder of METEOR 1.5, or leave it out to use WordNet";

}  // namespace

SynonymSets SynonymSets::from_meteor(const std::filesystem::path& folder) {
  SynonymSets out;
  LexiconFile synsets(folder / "english.synsets", kFix);
  std::vector<uint32_t> ids;
  for (std::string_view word; synsets.next_line(word);) {
    if (word.empty()) synsets.fail("no word");
    ids.clear();
    std::string_view line = synsets.require_line();
    for (std::string_view field = take_field(line); !field.empty(); field = take_field(line)) {
      uint32_t id = 0;
      if (!parse_number(field, id)) {
        synsets.fail("'" + printable(field, 60) + "' where the number of a set belongs");
      }
      ids.push_back(id);
    }
    if (ids.empty()) synsets.fail("'" + printable(word, 60) + "' is in no set");
    if (!out.sets_.add(word, ids)) synsets.fail("'" + printable(word, 60) + "' appears twice");
  }
  if (out.sets_.size() == 0) synsets.fail("the file holds no word");
  LexiconFile exceptions(folder / "english.exceptions", kFix);
  for (std::string_view base; exceptions.next_line(base);) {
    if (base.empty()) exceptions.fail("no base form");
    std::string_view line = exceptions.require_line();
    for (std::string_view form = take_field(line); !form.empty(); form = take_field(line)) {
      out.exceptions_[std::string(form)].emplace_back(base);
    }
  }
  return out;
}

SynonymSets SynonymSets::from_wordnet(std::shared_ptr<const WordNet> wordnet) {
  if (!wordnet) throw InternalError("SynonymSets: WordNet is null");
  SynonymSets out;
  out.wordnet_ = std::move(wordnet);
  return out;
}

void SynonymSets::append(std::string_view word, std::vector<uint32_t>& ids) const {
  const auto add = [&](std::span<const uint32_t> found) {
    ids.insert(ids.end(), found.begin(), found.end());
  };
  if (!wordnet_) return add(sets_.find(word));
  for (const PartOfSpeech pos : kPartsOfSpeech) add(wordnet_->synsets(word, pos));
}

/// True where the word is listed.
bool SynonymSets::append_exceptions(std::string_view word, std::vector<uint32_t>& ids) const {
  bool listed = false;
  const auto add = [&](const std::vector<std::string>& bases) {
    listed = listed || !bases.empty();
    for (const std::string& base : bases) append(base, ids);
  };
  if (wordnet_) {
    for (const PartOfSpeech pos : kPartsOfSpeech) add(wordnet_->exceptions(word, pos));
  } else if (const auto found = exceptions_.find(word); found != exceptions_.end()) {
    add(found->second);
  }
  return listed;
}

void SynonymSets::find(std::string_view word, std::vector<uint32_t>& ids) const {
  ids.clear();
  std::string joined;
  if (word.find(' ') != std::string_view::npos) {
    joined = word;
    std::replace(joined.begin(), joined.end(), ' ', '_');
    word = joined;
  }
  append(word, ids);
  if (!append_exceptions(word, ids)) {
    std::string base;
    for (const PartOfSpeech pos : kPartsOfSpeech) {
      for (const DetachmentRule& rule : detachment_rules(pos)) {
        if (!word.ends_with(rule.suffix)) continue;
        base.assign(word.substr(0, word.size() - rule.suffix.size())).append(rule.ending);
        append(base, ids);
      }
    }
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

bool share_a_set(std::span<const uint32_t> a, std::span<const uint32_t> b) {
  for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (a[i] == b[j]) return true;
    if (a[i] < b[j]) {
      ++i;
    } else {
      ++j;
    }
  }
  return false;
}

}  // namespace storyteller
