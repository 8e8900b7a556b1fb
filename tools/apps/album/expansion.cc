#include "tools/apps/album/expansion.h"

#include <algorithm>

namespace storyteller::album {
namespace {

/// Words for everything, which say nothing about a picture.
constexpr int kBroaderDepth = 3;

}  // namespace

Expander::Expander(Connection& connection, const Language& language)
    : language_(language),
      find_(connection, "SELECT id, pos, pictures FROM term WHERE lemma = ?"),
      prefix_(connection,
              "SELECT id, lemma FROM term WHERE lemma >= ?1 AND lemma < ?1 || char(1114111) AND "
              "pictures > 0 LIMIT 200") {}

/// With a part of speech, terms of it and those of the file's own keywords alone.
void Expander::add(const std::string& lemma, std::optional<Pos> pos, double weight,
                   ExpandedWord& to) {
  find_.reset();
  find_.bind_text(1, lemma);
  while (find_.step()) {
    const std::int64_t id = find_.integer(0);
    const Pos of_term = static_cast<Pos>(find_.integer(1));
    if (pos && of_term != *pos && of_term != Pos::kOther) continue;
    if (weight == kItself) to.itself.push_back(id);
    if (find_.integer(2) <= 0) continue;
    const auto known = std::find_if(to.terms.begin(), to.terms.end(),
                                    [&](const Expansion& e) { return e.term == id; });
    if (known == to.terms.end()) to.terms.push_back({id, weight, lemma});
  }
}

const ExpandedWord& Expander::expand(const QueryWord& word) {
  constexpr size_t kMost = 10'000;
  if (known_.size() > kMost) known_.clear();
  const std::pair key(word.text + (word.prefix ? "*" : ""), word.lemma);
  const auto known = known_.find(key);
  return known != known_.end() ? known->second : known_.emplace(key, expanded(word)).first->second;
}

ExpandedWord Expander::expanded(const QueryWord& word) {
  ExpandedWord expanded{.word = word, .terms = {}, .itself = {}};
  if (word.prefix) {
    prefix_.reset();
    prefix_.bind_text(1, word.text);
    while (prefix_.step()) {
      expanded.terms.push_back({prefix_.integer(0), kItself, prefix_.text(1)});
    }
    return expanded;
  }
  add(word.lemma.text, std::nullopt, kItself, expanded);
  for (const Lemma& lemma : language_.all_lemmas(word.text)) {
    add(lemma.text, lemma.pos, kItself, expanded);
  }
  for (const std::string& synonym : language_.synonyms(word.lemma, kSenses)) {
    add(synonym, word.lemma.pos, kSynonym, expanded);
  }
  for (const std::string& narrower : language_.narrower(word.lemma, kDepth)) {
    add(narrower, Pos::kNoun, kNarrower, expanded);
  }
  return expanded;
}

std::optional<Expander::Broader> Expander::broader(const QueryWord& word) {
  for (const std::string& lemma : language_.broader(word.lemma, kBroaderDepth)) {
    find_.reset();
    find_.bind_text(1, lemma);
    while (find_.step()) {
      if (find_.integer(2) > 0) return Broader{lemma, find_.integer(2)};
    }
  }
  return std::nullopt;
}

}  // namespace storyteller::album
