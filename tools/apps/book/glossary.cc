#include "tools/apps/book/glossary.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "core/text/ascii.h"
#include "model/wording/sentence.h"

namespace storyteller::book {
namespace {

struct Sense {
  std::string_view lemma;
  std::size_t number;  // of the noun's senses, from 1
};

/// What is not explained, with all that WordNet has below it: some thousands of synonym sets.
constexpr std::array kUnfit = {Sense{"body_part", 1},
                               Sense{"body_covering", 1},
                               Sense{"body_substance", 1},
                               Sense{"bodily_process", 1},
                               Sense{"sexual_activity", 1},
                               Sense{"sex", 1},
                               Sense{"sexual_desire", 1},
                               Sense{"prostitute", 1},
                               Sense{"erotic_love", 1},
                               Sense{"undergarment", 1},
                               Sense{"nude", 1},
                               Sense{"nakedness", 1},
                               Sense{"killing", 1},
                               Sense{"killing", 2},
                               Sense{"death", 1},
                               Sense{"dying", 1},
                               Sense{"corpse", 1},
                               Sense{"weapon", 1},
                               Sense{"ammunition", 1},
                               Sense{"crime", 1},
                               Sense{"criminal", 1},
                               Sense{"violence", 1},
                               Sense{"torture", 1},
                               Sense{"war", 1},
                               Sense{"battle", 1},
                               Sense{"drug", 1},
                               Sense{"alcohol", 1},
                               Sense{"alcohol", 2},
                               Sense{"tobacco", 1},
                               Sense{"cigarette", 1},
                               Sense{"cigar", 1},
                               Sense{"drunkard", 1},
                               Sense{"addict", 1},
                               Sense{"unpleasant_person", 1},
                               Sense{"unwelcome_person", 1},
                               Sense{"bad_person", 1},
                               Sense{"fool", 1},
                               Sense{"simpleton", 1},
                               Sense{"disparagement", 1},
                               Sense{"vulgarian", 1},
                               Sense{"disease", 1},
                               Sense{"injury", 1},
                               Sense{"excrement", 1},
                               Sense{"toilet", 2},
                               Sense{"suicide", 1},
                               Sense{"slave", 1},
                               Sense{"obscenity", 1},
                               Sense{"gambling", 1}};

/// Kinds at which a chain may end: what stands above says no more to people.
constexpr std::array<std::string_view, 34> kPlainKinds = {
    "animal",    "person",    "plant",     "food",    "vehicle",
    "building",  "clothing",  "tool",      "machine", "furniture",
    "game",      "sport",     "bird",      "fish",    "insect",
    "tree",      "fruit",     "vegetable", "drink",   "toy",
    "place",     "road",      "water",     "weapon",  "musical instrument",
    "container", "structure", "material",  "land",    "device",
    "equipment", "boat",      "beverage",  "location"};

bool is_plain(const std::string& kind) {
  return std::ranges::find(kPlainKinds, kind) != kPlainKinds.end();
}

std::string joined_blanks(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ' ' && (out.empty() || out.back() == ' ')) continue;
    out += c;
  }
  while (!out.empty() && (out.back() == ' ' || out.back() == ',')) out.pop_back();
  return out;
}

std::size_t count_words(std::string_view text) {
  return text.empty() ? 0 : static_cast<std::size_t>(std::ranges::count(text, ' ')) + 1;
}

std::vector<std::string> examples_of(std::string_view gloss) {
  std::vector<std::string> examples;
  for (std::size_t at = gloss.find('"'); at != std::string_view::npos;) {
    const std::size_t end = gloss.find('"', at + 1);
    if (end == std::string_view::npos) break;
    examples.emplace_back(gloss.substr(at + 1, end - at - 1));
    at = gloss.find('"', end + 1);
  }
  return examples;
}

/// A plain word of a set; "": it has none.
std::string plain_word(const Synset& set) {
  for (const std::string& word : set.words) {
    if (is_plain(spaced(word))) return spaced(word);
  }
  return "";
}

/// The shortest way up to a plain kind, the noun first; the noun alone where there is none.
std::vector<std::string> kinds_above(const WordNetRelations& relations, SynsetKey from,
                                     const std::string& noun) {
  constexpr int kHighest = 12;
  std::map<SynsetKey, SynsetKey> below;  // of each set that was reached, the one it was reached by
  std::vector<SynsetKey> level = {from};
  for (int step = 0; step < kHighest && !level.empty(); ++step) {
    std::vector<SynsetKey> next;
    for (const SynsetKey at : level) {
      for (const SynsetKey above : relations.hypernyms(at)) {
        if (above == from || !below.emplace(above, at).second) continue;
        const std::string plain = plain_word(relations.synset(above));
        if (!plain.empty() && plain != noun) {
          std::vector<std::string> kinds = {plain};
          for (SynsetKey back = at; back != from; back = below.at(back)) {
            kinds.push_back(spaced(relations.synset(back).words.front()));
          }
          kinds.push_back(noun);
          std::ranges::reverse(kinds);
          return kinds;
        }
        next.push_back(above);
      }
    }
    level = std::move(next);
  }
  return {noun};
}

/// What one calls no "a": "clothing", "tableware".
bool is_uncountable(std::string_view noun) {
  constexpr std::array<std::string_view, 10> kEnds = {
      "clothing", "food", "equipment", "furniture", "produce",
      "water",    "land", "material",  "ware",      "broccoli"};
  return std::ranges::any_of(kEnds, [&](std::string_view end) { return noun.ends_with(end); });
}

/// Of nouns whose most frequent sense is none that pictures show, the sense that they do.
std::size_t pictured_sense(std::string_view noun) {
  constexpr std::array kPictured = {
      Sense{"bike", 2},  Sense{"plate", 4}, Sense{"table", 2}, Sense{"glass", 2}, Sense{"board", 3},
      Sense{"court", 4}, Sense{"park", 2},  Sense{"sign", 4},  Sense{"light", 2}, Sense{"bat", 5}};
  const auto* listed = std::ranges::find(kPictured, noun, &Sense::lemma);
  return listed == kPictured.end() ? 1 : listed->number;
}

}  // namespace

std::string short_gloss(std::string_view definition) {
  std::string out;
  int depth = 0;
  for (const char c : definition.substr(0, definition.find(';'))) {
    if (c == '(') ++depth;
    if (depth == 0) out += c;
    if (c == ')') depth = std::max(0, depth - 1);
  }
  return joined_blanks(out);
}

std::string with_article(const std::string& noun) {
  if (is_uncountable(noun)) return noun;
  std::vector<std::string> words = {"a"};
  for (std::size_t at = 0; at < noun.size();) {
    const std::size_t end = std::min(noun.find(' ', at), noun.size());
    words.push_back(noun.substr(at, end - at));
    at = end + 1;
  }
  return written(words);
}

Glossary::Glossary(const Language& language) : language_(language) {
  if (!language.has_relations()) return;
  for (const Sense& sense : kUnfit) {
    const auto key = language.synset({std::string(sense.lemma), Pos::kNoun}, sense.number - 1);
    if (key) denied_.push_back(*key);
  }
}

bool Glossary::is_denied(SynsetKey key) const {
  constexpr int kDeepest = 12;
  std::set<SynsetKey> seen = {key};
  std::vector<SynsetKey> level = {key};
  for (int step = 0; step <= kDeepest && !level.empty(); ++step) {
    std::vector<SynsetKey> next;
    for (const SynsetKey at : level) {
      if (std::ranges::find(denied_, at) != denied_.end()) return true;
      for (const SynsetKey above : language_.relations()->hypernyms(at)) {
        if (seen.insert(above).second) next.push_back(above);
      }
    }
    level = std::move(next);
  }
  return false;
}

std::optional<Explanation> Glossary::explain(const std::string& lemma) const {
  const WordNetRelations* relations = language_.relations();
  if (relations == nullptr) return std::nullopt;
  const auto first = language_.synset({lemma, Pos::kNoun}, pictured_sense(lemma) - 1);
  if (!first || is_denied(*first)) return std::nullopt;
  const Synset set = relations->synset(*first);
  const bool proper = std::ranges::any_of(
      set.pointers, [](const Synset::Pointer& pointer) { return pointer.symbol == "@i"; });
  if (proper) return std::nullopt;
  Explanation explanation{.word = spaced(lemma)};
  std::string gloss = short_gloss(relations->definition(*first));
  // "(baseball) base ...": a sense of one field alone.
  const bool special = set.gloss.starts_with('(');
  if (!special && count_words(gloss) <= kLongestGloss) explanation.gloss = std::move(gloss);
  explanation.examples = examples_of(set.gloss);
  explanation.kinds = kinds_above(*relations, *first, explanation.word);
  if (explanation.gloss.empty() && explanation.kinds.size() < 2) return std::nullopt;
  return explanation;
}

std::string Glossary::class_of(const std::string& lemma) const {
  const auto explanation = explain(lemma);
  if (!explanation || explanation->kinds.size() < 2) return is_plain(lemma) ? lemma : "";
  const std::string& last = explanation->kinds.back();
  constexpr std::array<std::string_view, 5> kAnimals = {"bird", "fish", "insect", "animal",
                                                        "person"};
  if (std::ranges::find(kAnimals, last) != kAnimals.end()) return "living";
  if (last == "boat") return "vehicle";
  return last;
}

bool Glossary::same_class(const std::string& a, const std::string& b) const {
  const std::string of_a = class_of(a);
  return !of_a.empty() && of_a == class_of(b);
}

std::string Glossary::chain(const Explanation& explanation) {
  std::string text;
  // Long chains lose steps before the last.
  std::vector<std::string> kinds = explanation.kinds;
  constexpr std::size_t kShown = 4;
  while (kinds.size() > kShown) kinds.erase(kinds.end() - 2);
  for (std::size_t i = 0; i + 1 < kinds.size(); ++i) {
    text +=
        (text.empty() ? "" : "; ") + with_article(kinds[i]) + " is " + with_article(kinds[i + 1]);
  }
  return text.empty() ? "" : as_sentence(text);
}

}  // namespace storyteller::book
