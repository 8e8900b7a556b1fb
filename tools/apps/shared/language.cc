#include "tools/apps/shared/language.h"

#include <algorithm>
#include <array>
#include <set>

#include "core/text/english_words.h"
#include "core/text/unicode.h"
#include "core/text/utf8.h"
#include "train/metrics/spice/syntax_model.h"

namespace storyteller {
namespace {

/// Plurals that name one thing: "glasses" are no glass.
constexpr std::array<std::string_view, 24> kOneThing = {
    "binoculars", "boxers",     "clothes",  "glasses",    "goggles",  "headphones",
    "jeans",      "leggings",   "overalls", "pajamas",    "pants",    "pliers",
    "scissors",   "shorts",     "skis",     "spectacles", "stairs",   "slacks",
    "sweats",     "sunglasses", "tights",   "tongs",      "trousers", "woods"};

/// What captions say for many of them, and WordNet has as words of their own.
std::string_view plain(std::string_view word) {
  if (word == "people" || word == "persons") return "person";
  if (word == "kids") return "kid";
  return word;
}

bool is_inflected(spice::Tag tag) {
  using spice::Tag;
  switch (tag) {
    case Tag::kNNS:
    case Tag::kNNPS:
    case Tag::kVBD:
    case Tag::kVBG:
    case Tag::kVBN:
    case Tag::kVBZ:
    case Tag::kJJR:
    case Tag::kJJS:
      return true;
    default:
      return false;
  }
}

/// kOther: a word that the album does not keep.
Pos pos_of_tag(spice::Tag tag) {
  if (spice::is_noun(tag)) return Pos::kNoun;
  if (spice::is_verb(tag)) return Pos::kVerb;
  if (spice::is_adjective(tag) || tag == spice::Tag::kCD) return Pos::kAdjective;
  return Pos::kOther;
}

bool names_something(std::string_view word) {
  const bool letter = std::any_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           (static_cast<unsigned char>(c) & 0x80U) != 0;
  });
  return letter && word.size() > 1 && word != "'s" && word != "n't" && word != "<unk>" &&
         !is_function_word(word);
}

void add_once(std::vector<std::string>& words, std::string word) {
  if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(std::move(word));
}

}  // namespace

std::optional<PartOfSpeech> part_of_speech(Pos pos) {
  if (pos == Pos::kOther) return std::nullopt;
  return static_cast<PartOfSpeech>(static_cast<int>(pos) - 1);
}

Pos pos_of(PartOfSpeech pos) { return static_cast<Pos>(static_cast<int>(pos) + 1); }

std::string spaced(std::string_view lemma) {
  std::string text(lemma);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  const auto end_word = [&] {
    while (!word.empty() && (word.back() == '-' || word.back() == '\'')) word.pop_back();
    if (!word.empty()) words.push_back(word);
    word.clear();
  };
  while (!text.empty()) {
    const char32_t c = take_character(&text);
    const auto kind = unicode::char_class(c);
    const bool inside = kind == unicode::kLetter || kind == unicode::kDigit ||
                        (!word.empty() && (c == U'-' || c == U'\''));
    if (inside) {
      append_utf8(unicode::to_lower(c), &word);
    } else {
      end_word();
    }
  }
  end_word();
  return words;
}

Language Language::open() { return open(default_wordnet_folder()); }

Language Language::open(const std::filesystem::path& folder) {
  Language language;
  std::error_code failure;
  if (std::filesystem::exists(folder / "index.noun", failure)) {
    language.wordnet_ = WordNet::shared(folder);
    if (std::filesystem::exists(folder / "data.noun", failure)) {
      language.relations_ = WordNetRelations::open(folder);
    }
  }
  return language;
}

Lemma Language::lemma(std::string_view word, Pos pos, bool inflected) const {
  const auto part = part_of_speech(pos);
  word = plain(word);
  if (!wordnet_ || !part) return {std::string(word), pos};
  if (pos == Pos::kNoun && std::find(kOneThing.begin(), kOneThing.end(), word) != kOneThing.end()) {
    return {std::string(word), pos};
  }
  const auto listed = wordnet_->exceptions(word, *part);
  if (inflected && !listed.empty()) return {listed.front(), pos};
  const auto bases = wordnet_->base_forms(word, *part);
  if (bases.empty()) return {std::string(word), pos};
  for (const std::string& base : bases) {
    if (inflected && base != word) return {base, pos};
  }
  return {bases.front(), pos};
}

Lemma Language::lemma(std::string_view word) const {
  for (const PartOfSpeech part : kPartsOfSpeech) {
    if (!wordnet_) break;
    if (wordnet_->base_forms(plain(word), part).empty()) continue;
    // A plural that is a lemma, too, is meant as a plural: "dogs".
    return lemma(word, pos_of(part), part == PartOfSpeech::kNoun && word.ends_with('s'));
  }
  return {std::string(plain(word)), Pos::kNoun};
}

std::vector<Lemma> Language::all_lemmas(std::string_view word) const {
  std::vector<Lemma> lemmas;
  const auto add = [&](Lemma lemma) {
    if (std::find(lemmas.begin(), lemmas.end(), lemma) == lemmas.end()) {
      lemmas.push_back(std::move(lemma));
    }
  };
  for (const Pos pos : {Pos::kNoun, Pos::kVerb, Pos::kAdjective, Pos::kAdverb}) {
    add(lemma(word, pos, false));
    add(lemma(word, pos, true));
  }
  add({std::string(word), Pos::kOther});
  return lemmas;
}

std::vector<Language::Content> Language::content(std::span<const std::string> words) const {
  const auto parsed = spice::built_in_syntax_model()->parse(words);
  std::vector<Content> found;
  for (size_t i = 0; i < words.size(); ++i) {
    const Pos pos = pos_of_tag(parsed.tags[i]);
    if (pos == Pos::kOther || !names_something(words[i])) continue;
    found.push_back({i, lemma(words[i], pos, is_inflected(parsed.tags[i]))});
  }
  return found;
}

std::optional<SynsetKey> Language::synset(const Lemma& lemma, size_t sense) const {
  const auto part = part_of_speech(lemma.pos);
  if (!wordnet_ || !part) return std::nullopt;
  const auto sets = wordnet_->synsets(lemma.text, *part);
  if (sense >= sets.size()) return std::nullopt;
  return SynsetKey{sets[sense], *part};
}

std::optional<std::uint32_t> Language::first_synset(const Lemma& lemma) const {
  const auto first = synset(lemma, 0);
  if (!first) return std::nullopt;
  return first->offset;
}

std::vector<std::string> Language::synonyms(const Lemma& lemma, size_t senses) const {
  std::vector<std::string> found;
  const auto part = part_of_speech(lemma.pos);
  if (!wordnet_ || !relations_ || !part) return found;
  const auto sets = wordnet_->synsets(lemma.text, *part);
  for (size_t i = 0; i < std::min(senses, sets.size()); ++i) {
    for (std::string& word : relations_->synset({sets[i], *part}).words) {
      if (word != lemma.text) add_once(found, spaced(word));
    }
  }
  return found;
}

std::vector<std::string> Language::narrower(const Lemma& lemma, int depth) const {
  std::vector<std::string> found;
  const auto first = first_synset(lemma);
  if (!first || !relations_ || lemma.pos != Pos::kNoun) return found;
  // As WordNetRelations::hyponyms, but every set is read once, for words and pointers.
  std::set<SynsetKey> seen = {{*first, PartOfSpeech::kNoun}};
  std::vector<SynsetKey> level(seen.begin(), seen.end());
  for (int step = 0; step <= depth && !level.empty(); ++step) {
    std::vector<SynsetKey> next;
    for (const SynsetKey key : level) {
      const Synset set = relations_->synset(key);
      if (step > 0) {
        for (const std::string& word : set.words) found.push_back(spaced(word));
      }
      for (const Synset::Pointer& pointer : set.pointers) {
        const bool down = pointer.symbol.starts_with('~');
        if (down && seen.insert(pointer.to).second) next.push_back(pointer.to);
      }
    }
    level = std::move(next);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

std::vector<std::string> Language::broader(const Lemma& lemma, int depth) const {
  std::vector<std::string> found;
  const auto first = first_synset(lemma);
  if (!first || !relations_ || lemma.pos != Pos::kNoun) return found;
  std::vector<SynsetKey> level = {{*first, PartOfSpeech::kNoun}};
  for (int step = 0; step < depth; ++step) {
    std::vector<SynsetKey> next;
    for (const SynsetKey from : level) {
      for (const SynsetKey to : relations_->hypernyms(from)) {
        next.push_back(to);
        for (std::string& word : relations_->synset(to).words) add_once(found, spaced(word));
      }
    }
    level = std::move(next);
  }
  return found;
}

}  // namespace storyteller
