#include <algorithm>

#include "train/metrics/wordnet/detachment_rules.h"
#include "train/metrics/wordnet/wordnet.h"

namespace storyteller {
std::span<const DetachmentRule> detachment_rules(PartOfSpeech pos) {
  static constexpr std::array<DetachmentRule, 8> kNoun = {{{"s", ""},
                                                           {"ses", "s"},
                                                           {"xes", "x"},
                                                           {"zes", "z"},
                                                           {"ches", "ch"},
                                                           {"shes", "sh"},
                                                           {"men", "man"},
                                                           {"ies", "y"}}};
  static constexpr std::array<DetachmentRule, 8> kVerb = {{{"s", ""},
                                                           {"ies", "y"},
                                                           {"es", "e"},
                                                           {"es", ""},
                                                           {"ed", "e"},
                                                           {"ed", ""},
                                                           {"ing", "e"},
                                                           {"ing", ""}}};
  static constexpr std::array<DetachmentRule, 4> kAdjective = {
      {{"er", ""}, {"est", ""}, {"er", "e"}, {"est", "e"}}};
  switch (pos) {
    case PartOfSpeech::kNoun:
      return kNoun;
    case PartOfSpeech::kVerb:
      return kVerb;
    case PartOfSpeech::kAdjective:
      return kAdjective;
    case PartOfSpeech::kAdverb:
      break;
  }
  return {};
}

/// Appends what exceptions or rules make of one word, lemmas only, without repetitions.
void WordNet::add_single_word_bases(std::string_view word, PartOfSpeech pos,
                                    std::vector<std::string>& bases) const {
  const auto add = [&](std::string base) {
    if (!lexicon(pos).synsets.contains(base)) return;
    if (std::find(bases.begin(), bases.end(), base) == bases.end())
      bases.push_back(std::move(base));
  };
  const auto listed = exceptions(word, pos);
  if (!listed.empty()) {
    for (const std::string& base : listed) add(base);
    return;
  }
  std::string_view stem = word;
  std::string_view tail;
  if (pos == PartOfSpeech::kNoun) {
    if (stem.ends_with("ss") || stem.size() <= 2) return;  // no plurals
    if (stem.ends_with("ful")) {                           // boxesful -> boxful
      tail = "ful";
      stem.remove_suffix(tail.size());
    }
  }
  for (const DetachmentRule& rule : detachment_rules(pos)) {
    if (!stem.ends_with(rule.suffix)) continue;
    std::string base(stem.substr(0, stem.size() - rule.suffix.size()));
    add(base.append(rule.ending).append(tail));
  }
}

/// "attorneys_general" -> "attorney_general": every word in its base form; empty where that is no
/// lemma.
std::string WordNet::collocation_base(std::string_view word, PartOfSpeech pos) const {
  std::string joined;
  for (size_t begin = 0; begin <= word.size();) {
    const size_t end = std::min(word.find('_', begin), word.size());
    const std::string_view part = word.substr(begin, end - begin);
    std::vector<std::string> bases;
    add_single_word_bases(part, pos, bases);
    if (begin > 0) joined += '_';
    joined += bases.empty() ? part : std::string_view(bases.front());
    begin = end + 1;
  }
  return lexicon(pos).synsets.contains(joined) ? joined : std::string();
}

std::vector<std::string> WordNet::base_forms(std::string_view word, PartOfSpeech pos) const {
  std::string form(word);
  std::replace(form.begin(), form.end(), ' ', '_');
  std::vector<std::string> bases;
  if (lexicon(pos).synsets.contains(form)) bases.push_back(form);
  add_single_word_bases(form, pos, bases);
  if (bases.empty() && form.find('_') != std::string::npos) {
    std::string base = collocation_base(form, pos);
    if (!base.empty()) bases.push_back(std::move(base));
  }
  return bases;
}

}  // namespace storyteller
