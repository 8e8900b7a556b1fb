#include "model/concepts/concept_table.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "model/concepts/word_forms.h"

namespace storyteller {

std::string to_json(const ConceptTable& table) {
  nlohmann::json json = {{"words", table.words}};
  if (!table.of_class.empty()) json["of_class"] = table.of_class;
  return json.dump();
}

ConceptTable concept_table_from_json(const std::string& json, const std::string& file) {
  ConceptTable table;
  try {
    const auto parsed = nlohmann::json::parse(json);
    table.words = parsed.at("words").get<std::vector<std::string>>();
    if (parsed.contains("of_class")) parsed.at("of_class").get_to(table.of_class);
  } catch (const nlohmann::json::exception&) {
    table.words.clear();
  }
  const auto size = static_cast<int>(table.size());
  const bool unique =
      std::set<std::string>(table.words.begin(), table.words.end()).size() == table.size();
  const auto known = [&](const std::vector<int>& numbers) {
    return std::ranges::all_of(numbers, [&](int n) { return n >= 0 && n < size; });
  };
  if (size == 0 || !unique || !std::ranges::all_of(table.of_class, known)) {
    throw ModelError(file + ": its table of concepts is damaged; use another copy of the file");
  }
  return table;
}

std::vector<int> concepts_of_words(const ConceptTable& table, const Vocabulary& vocabulary) {
  const std::vector<int> singulars = singular_forms(vocabulary);
  std::unordered_map<int, int> of_singular;
  for (size_t k = 0; k < table.size(); ++k) {
    const int id = vocabulary.id(table.words[k]);
    if (id >= Vocabulary::kSpecialTokens) {
      of_singular.try_emplace(singulars[static_cast<size_t>(id)], static_cast<int>(k));
    }
  }
  std::vector<int> numbers;
  numbers.reserve(singulars.size());
  for (const int singular : singulars) {
    const auto found = of_singular.find(singular);
    numbers.push_back(found == of_singular.end() ? -1 : found->second);
  }
  return numbers;
}

}  // namespace storyteller
