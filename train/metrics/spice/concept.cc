#include "train/metrics/spice/concept.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "core/error.h"
#include "core/text/ascii.h"

namespace storyteller::spice {
namespace {

struct Detachment {
  std::string_view suffix, ending;
};
/// Rules of morphy(7WN) of all parts of speech together; the suffix becomes the ending.
constexpr std::array<Detachment, 16> kDetachments = {{{"s", ""},
                                                      {"ses", "s"},
                                                      {"xes", "x"},
                                                      {"zes", "z"},
                                                      {"ches", "ch"},
                                                      {"shes", "sh"},
                                                      {"men", "man"},
                                                      {"ies", "y"},
                                                      {"es", "e"},
                                                      {"es", ""},
                                                      {"ed", "e"},
                                                      {"ed", ""},
                                                      {"ing", "e"},
                                                      {"ing", ""},
                                                      {"er", "e"},
                                                      {"est", "e"}}};
constexpr std::array<Detachment, 2> kComparisons = {{{"er", ""}, {"est", ""}}};

template <class T>
bool share_an_element(const std::vector<T>& a, const std::vector<T>& b) {
  for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();) {
    if (*i < *j) {
      ++i;
    } else if (*j < *i) {
      ++j;
    } else {
      return true;
    }
  }
  return false;
}

template <class T>
std::vector<T> set_union_of(const std::vector<T>& a, const std::vector<T>& b) {
  std::vector<T> out;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

template <class T>
void sort_unique(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

/// The plural's ending off a noun that WordNet does not know (snowboarders).
std::string without_plural(std::string word) {
  if (word.size() < 4 || word.back() != 's') return word;
  const std::string_view view = word;
  if (view.ends_with("ss") || view.ends_with("us") || view.ends_with("is")) return word;
  if (view.ends_with("ies")) return word.substr(0, word.size() - 3) + "y";
  if (view.ends_with("shes") || view.ends_with("ches") || view.ends_with("xes")) {
    return word.substr(0, word.size() - 2);
  }
  return word.substr(0, word.size() - 1);
}

bool ends_in_two_consonants(std::string_view word) {
  constexpr std::string_view kVowels = "aeiou";
  return word.size() >= 2 && kVowels.find(word.back()) == std::string_view::npos &&
         kVowels.find(word[word.size() - 2]) == std::string_view::npos;
}

}  // namespace

bool similar(const Concept& a, const Concept& b) {
  return share_an_element(a.lemmas, b.lemmas) || share_an_element(a.synsets, b.synsets);
}

SharedConcept merged(const Concept& a, const Concept& b) {
  return std::make_shared<const Concept>(
      Concept{set_union_of(a.lemmas, b.lemmas), set_union_of(a.synsets, b.synsets)});
}

std::string name_of(const Concept& meaning) {
  std::string name;
  for (const std::string& lemma : meaning.lemmas) {
    if (!name.empty()) name += '/';
    name += lemma;
  }
  return name;
}

Thesaurus::Thesaurus(std::shared_ptr<const WordNet> wordnet) : wordnet_(std::move(wordnet)) {
  if (!wordnet_) throw InternalError("Thesaurus: WordNet is null");
}

std::string Thesaurus::lemma(std::string_view word, Tag tag) const {
  const bool plural = tag == Tag::kNNS || tag == Tag::kNNPS;
  const bool inflected = plural || (is_verb(tag) && tag != Tag::kVB);
  if (!inflected) return lower_case(word);
  return (plural ? singulars_ : infinitives_).get(word, [&] { return make_lemma(word, plural); });
}

std::string Thesaurus::make_lemma(std::string_view word, bool plural) const {
  const std::string lower = lower_case(word);
  const PartOfSpeech pos = plural ? PartOfSpeech::kNoun : PartOfSpeech::kVerb;
  // A form may be a lemma too (men, found): the tag says that it is not meant.
  std::vector<std::string> bases = wordnet_->base_forms(lower, pos);
  std::erase(bases, lower);
  // swinging: swing, not swinge; but staring: stare, since star would double its consonant
  if (bases.size() > 1 && bases[0] == bases[1] + "e" && ends_in_two_consonants(bases[1])) {
    return bases[1];
  }
  if (!bases.empty()) return bases.front();
  const bool unknown = plural && wordnet_->synsets(lower, pos).empty();
  return unknown ? without_plural(lower) : lower;
}

void Thesaurus::add_synsets(std::string_view lemma, std::vector<uint64_t>& synsets) const {
  for (const PartOfSpeech pos : kPartsOfSpeech) {
    const uint64_t high = (static_cast<uint64_t>(pos) + 1) << 32;
    for (const uint32_t offset : wordnet_->synsets(lemma, pos)) synsets.push_back(high | offset);
  }
}

SharedConcept Thesaurus::concept_of(std::string_view lemmas) const {
  return concepts_.get(lemmas,
                       [&] { return std::make_shared<const Concept>(make_concept(lemmas)); });
}

Concept Thesaurus::make_concept(std::string_view lemmas) const {
  Concept out;
  std::string base;
  const auto detach = [&](const std::string& lemma, const auto& rules) {
    for (const Detachment& rule : rules) {
      if (lemma.size() <= rule.suffix.size() || !lemma.ends_with(rule.suffix)) continue;
      base.assign(lemma, 0, lemma.size() - rule.suffix.size()).append(rule.ending);
      add_synsets(base, out.synsets);
    }
  };
  for (;;) {
    const size_t slash = lemmas.find('/');
    std::string lemma(lemmas.substr(0, slash));
    add_synsets(lemma, out.synsets);
    for (const PartOfSpeech pos : kPartsOfSpeech) {  // irregular forms
      for (const std::string& form : wordnet_->base_forms(lemma, pos)) {
        if (form != lemma) add_synsets(form, out.synsets);
      }
    }
    detach(lemma, kDetachments);
    detach(lemma, kComparisons);
    out.lemmas.push_back(std::move(lemma));
    if (slash == std::string_view::npos) break;
    lemmas.remove_prefix(slash + 1);
  }
  sort_unique(out.lemmas);
  sort_unique(out.synsets);
  return out;
}

}  // namespace storyteller::spice
