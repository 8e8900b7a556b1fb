#include "tools/apps/review/lexicon.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/text/unicode.h"
#include "core/text/utf8.h"
#include "train/metrics/spice/syntax_model.h"

namespace storyteller::review {
namespace {

constexpr size_t kLongestCompound = 4;  // tokens of nouns of WordNet that are looked for
constexpr int kDeepest = 24;            // steps in WordNet; no noun is further below another

void add_once(std::vector<std::string>& words, std::string word) {
  if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(std::move(word));
}

/// Without WordNet, the singulars that spelling suggests.
std::vector<std::string> plain_singulars(std::string_view word) {
  std::vector<std::string> found;
  const std::string whole(word);
  if (word.size() > 4 && word.ends_with("ies")) {
    found.push_back(whole.substr(0, word.size() - 3) + "y");
  }
  if (word.size() > 3 && word.ends_with("es")) found.push_back(whole.substr(0, word.size() - 2));
  if (word.size() > 2 && word.ends_with('s') && !word.ends_with("ss")) {
    found.push_back(whole.substr(0, word.size() - 1));
  }
  return found;
}

/// Words and marks with their places. "isn't" is "is" and "n't", as the tagger knows it.
std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  const size_t size = text.size();
  Token word;
  const auto end_word = [&](size_t end) {
    while (!word.text.empty() && (word.text.back() == '-' || word.text.back() == '\'')) {
      word.text.pop_back();
      --end;
    }
    if (word.text.empty()) return;
    word.end = end;
    size_t cut = 0;
    if (word.text == "cannot") cut = 3;
    if (word.text.size() > 3 && word.text.ends_with("n't")) cut = 3;
    if (word.text.size() > 2 && word.text.ends_with("'s")) cut = 2;
    if (cut > 0) {
      Token rest = word;
      rest.text = word.text.substr(word.text.size() - cut);
      rest.begin = word.end - cut;
      word.text.resize(word.text.size() - cut);
      word.end -= cut;
      tokens.push_back(word);
      tokens.push_back(rest);
    } else {
      tokens.push_back(word);
    }
    word = {};
  };
  while (!text.empty()) {
    const size_t at = size - text.size();
    const char32_t c = take_character(&text);
    const auto kind = unicode::char_class(c);
    const char32_t plain = c == 0x2019 ? U'\'' : c;
    const bool inside = kind == unicode::kLetter || kind == unicode::kDigit ||
                        (!word.text.empty() && (plain == U'-' || plain == U'\'')) ||
                        (word.text.empty() && plain == U'\'');
    if (inside) {
      if (word.text.empty()) word.begin = at;
      append_utf8(unicode::to_lower(plain), &word.text);
      continue;
    }
    end_word(at);
    word = {};
    if (c < 0x80 &&
        std::string_view(",;:.!?()").find(static_cast<char>(c)) != std::string_view::npos) {
      tokens.push_back({.text = std::string(1, static_cast<char>(c)),
                        .begin = at,
                        .end = at + 1,
                        .tag = spice::Tag::kComma,
                        .is_mark = true});
    }
  }
  end_word(size);
  return tokens;
}

}  // namespace

Lexicon Lexicon::open() { return open(default_wordnet_folder()); }

Lexicon Lexicon::open(const std::filesystem::path& folder) {
  Language language = Language::open(folder);
  std::shared_ptr<const WordNet> wordnet;
  std::optional<WordNetRelations> relations;
  if (language.has_wordnet()) wordnet = WordNet::shared(folder);
  if (language.has_relations()) relations = WordNetRelations::open(folder);
  return {std::move(language), std::move(wordnet), std::move(relations)};
}

Sentence Lexicon::sentence(std::string_view text) const {
  Sentence sentence{.text = std::string(text), .tokens = tokens_of(text)};
  std::vector<std::string> words;
  for (const Token& token : sentence.tokens) words.push_back(token.text);
  const auto parsed = spice::built_in_syntax_model()->parse(words);
  for (size_t i = 0; i < words.size(); ++i) sentence.tokens[i].tag = parsed.tags[i];
  look_up(sentence);
  return sentence;
}

Sentence Lexicon::label(std::string_view text) const {
  Sentence sentence{.text = std::string(text), .tokens = tokens_of(text)};
  look_up(sentence);
  return sentence;
}

void Lexicon::look_up(Sentence& sentence) const {
  for (Token& token : sentence.tokens) {
    if (token.is_mark) continue;
    token.nouns = noun_forms(token.text);
    token.verbs = verb_forms(token.text);
  }
  for (size_t at = 0; at < sentence.tokens.size(); ++at) {
    std::string front;
    for (size_t i = at; i < std::min(at + kLongestCompound, sentence.tokens.size()); ++i) {
      const Token& last = sentence.tokens[i];
      for (const std::string& form : last.nouns) {
        if (i == at || !is_noun(front + form)) continue;
        sentence.tokens[at].compound_length = i - at + 1;
        sentence.tokens[at].compound = front + form;
        break;
      }
      if (last.is_mark) break;
      front += last.text + " ";
    }
  }
}

std::vector<std::string> Lexicon::expanded(const std::string& phrase, Expand expand) const {
  std::vector<std::string> words = {phrase};
  if (expand == Expand::kNone || !relations_) return words;
  const auto senses = wordnet_->synsets(phrase, PartOfSpeech::kNoun);
  if (senses.empty()) return words;
  const SynsetKey first = {senses.front(), PartOfSpeech::kNoun};
  std::vector<SynsetKey> sets = {first};
  if (expand == Expand::kHyponyms) {
    const auto below = relations_->hyponyms(first, kDeepest);
    sets.insert(sets.end(), below.begin(), below.end());
  }
  std::set<std::string> found;
  for (const SynsetKey key : sets) {
    for (const std::string& word : relations_->synset(key).words) {
      const auto own = wordnet_->synsets(word, PartOfSpeech::kNoun);
      const bool usual = !own.empty() && SynsetKey{own.front(), PartOfSpeech::kNoun} == key;
      if (usual) found.insert(spaced(word));
    }
  }
  found.erase(phrase);
  words.insert(words.end(), found.begin(), found.end());
  return words;
}

std::vector<std::string> Lexicon::noun_forms(std::string_view word) const {
  std::vector<std::string> forms = {std::string(word)};
  if (!wordnet_) {
    for (std::string& form : plain_singulars(word)) add_once(forms, std::move(form));
    return forms;
  }
  add_once(forms, language_.lemma(word, Pos::kNoun, true).text);
  add_once(forms, language_.lemma(word, Pos::kNoun, false).text);
  return forms;
}

std::vector<std::string> Lexicon::verb_forms(std::string_view word) const {
  std::vector<std::string> forms = {std::string(word)};
  add_once(forms, language_.lemma(word, Pos::kVerb, true).text);
  add_once(forms, language_.lemma(word, Pos::kVerb, false).text);
  return forms;
}

bool Lexicon::is_noun(std::string_view phrase) const {
  return wordnet_ && !wordnet_->synsets(phrase, PartOfSpeech::kNoun).empty();
}

bool Lexicon::is_verb(std::string_view phrase) const {
  return wordnet_ && !wordnet_->synsets(phrase, PartOfSpeech::kVerb).empty();
}

bool Lexicon::is_kind_of(std::string_view phrase, std::string_view of) const {
  constexpr size_t kSenses = 2;
  if (!relations_) return false;
  const auto first_two = [&](std::string_view word) {
    std::vector<SynsetKey> sets;
    for (const std::uint32_t offset : wordnet_->synsets(word, PartOfSpeech::kNoun)) {
      if (sets.size() < kSenses) sets.push_back({offset, PartOfSpeech::kNoun});
    }
    return sets;
  };
  const std::vector<SynsetKey> wanted = first_two(of);
  std::vector<SynsetKey> level = first_two(phrase);
  for (int step = 0; step < kDeepest && !level.empty(); ++step) {
    std::vector<SynsetKey> next;
    for (const SynsetKey key : level) {
      if (std::find(wanted.begin(), wanted.end(), key) != wanted.end()) return true;
      for (const SynsetKey up : relations_->hypernyms(key)) next.push_back(up);
    }
    level = std::move(next);
  }
  return false;
}

}  // namespace storyteller::review
