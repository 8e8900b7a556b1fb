#include "model/concepts/word_forms.h"

#include <string_view>
#include <unordered_map>

namespace storyteller {
namespace {

/// Plurals that no rule makes.
std::string_view irregular_singular(std::string_view word) {
  static const std::unordered_map<std::string_view, std::string_view> singulars = {
      {"men", "man"},         {"women", "woman"},        {"children", "child"},
      {"people", "person"},   {"feet", "foot"},          {"teeth", "tooth"},
      {"geese", "goose"},     {"mice", "mouse"},         {"oxen", "ox"},
      {"leaves", "leaf"},     {"knives", "knife"},       {"wolves", "wolf"},
      {"shelves", "shelf"},   {"loaves", "loaf"},        {"scarves", "scarf"},
      {"halves", "half"},     {"calves", "calf"},        {"fishermen", "fisherman"},
      {"firemen", "fireman"}, {"policemen", "policeman"}};
  const auto found = singulars.find(word);
  return found == singulars.end() ? std::string_view() : found->second;
}

int singular_of(int id, const Vocabulary& vocabulary) {
  const std::string& word = vocabulary.word(id);
  const auto known = [&](const std::string& singular) {
    const int found = singular.size() < 2 ? Vocabulary::kUnk : vocabulary.id(singular);
    return found >= Vocabulary::kSpecialTokens ? found : -1;
  };
  if (const auto irregular = irregular_singular(word); !irregular.empty()) {
    const int found = known(std::string(irregular));
    return found < 0 ? id : found;
  }
  if (!word.ends_with('s') || word.ends_with("ss")) return id;
  const auto without = [&](size_t letters) { return word.substr(0, word.size() - letters); };
  int found = known(without(1));
  if (found < 0 && word.ends_with("es")) found = known(without(2));
  if (found < 0 && word.ends_with("ies")) found = known(without(3) + "y");
  return found < 0 ? id : found;
}

}  // namespace

std::vector<int> singular_forms(const Vocabulary& vocabulary) {
  std::vector<int> singulars;
  singulars.reserve(static_cast<size_t>(vocabulary.size()));
  for (int id = 0; id < vocabulary.size(); ++id) {
    singulars.push_back(id < Vocabulary::kSpecialTokens ? id : singular_of(id, vocabulary));
  }
  return singulars;
}

}  // namespace storyteller
