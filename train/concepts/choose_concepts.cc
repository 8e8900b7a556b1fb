#include "train/concepts/choose_concepts.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <vector>

#include "core/error.h"
#include "core/text/english_words.h"
#include "model/concepts/word_forms.h"

namespace storyteller {
namespace {

bool names_something(int id, const Vocabulary& vocabulary) {
  if (id < Vocabulary::kSpecialTokens) return false;
  const std::string& word = vocabulary.word(id);
  const auto is_letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
  return word.size() > 1 && std::ranges::any_of(word, is_letter) && !is_function_word(word);
}

}  // namespace

ConceptTable choose_concepts(const CaptionCorpus& corpus, const Vocabulary& vocabulary, int count) {
  const std::vector<int> singulars = singular_forms(vocabulary);
  const auto V = singulars.size();
  std::vector<size_t> pictures(V), uses(V);  // of a singular; of a word
  std::vector<size_t> last(V, SIZE_MAX);     // picture that the singular was counted for
  for (size_t caption = 0; caption < corpus.size(); ++caption) {
    for (const std::string& token : corpus.tokens(caption)) {
      const auto id = static_cast<size_t>(vocabulary.id(token));
      ++uses[id];
      const auto singular = static_cast<size_t>(singulars[id]);
      if (last[singular] == corpus.image(caption)) continue;
      last[singular] = corpus.image(caption);
      ++pictures[singular];
    }
  }
  std::vector<int> name(V, -1);  // of a singular: its most frequent form
  std::vector<size_t> found;
  for (size_t id = 0; id < V; ++id) {
    if (!names_something(static_cast<int>(id), vocabulary) || uses[id] == 0) continue;
    int& best = name[static_cast<size_t>(singulars[id])];
    if (best < 0) found.push_back(static_cast<size_t>(singulars[id]));
    if (best < 0 || uses[id] > uses[static_cast<size_t>(best)]) best = static_cast<int>(id);
  }
  if (found.empty()) {
    throw UsageError("`concepts`: the captions hold no word that names something; set concepts=0");
  }
  std::ranges::stable_sort(found, [&](size_t a, size_t b) {
    return pictures[a] != pictures[b] ? pictures[a] > pictures[b] : a < b;
  });
  found.resize(std::min(found.size(), static_cast<size_t>(count)));
  ConceptTable table;
  for (const size_t singular : found) table.words.push_back(vocabulary.word(name[singular]));
  return table;
}

}  // namespace storyteller
