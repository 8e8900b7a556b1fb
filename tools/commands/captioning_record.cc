#include "tools/commands/captioning_record.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/config.h"
#include "core/text/phrase.h"
#include "core/text/shell_word.h"
#include "core/text/utf8.h"

namespace storyteller {
namespace {

/// Whether the search that is made asks for it.
bool is_read(const SearchOption& row, const SearchOptions& options) {
  using Of = SearchOption::Of;
  const std::string_view key = row.key;
  if (key == "beam" || key == "length_penalty") return options.sample == 0;
  if (row.of == Of::kDraws) return options.sample > 0;
  return row.of == Of::kAll || options.diverse > 1;
}

bool always_named(std::string_view key) {
  constexpr std::string_view kNamed[] = {"beam", "max_words", "length_penalty", "temperature",
                                         "draw_seed"};
  return std::ranges::find(kNamed, key) != std::end(kNamed);
}

}  // namespace

std::string search_flags(const SearchOptions& options) {
  SearchOptions copy = options, fresh;
  Config now, usual;
  declare(copy, now);
  declare(fresh, usual);
  const auto values = now.entries(), usual_values = usual.entries();
  std::vector<std::string> flags;
  for (size_t i = 0; i < values.size(); ++i) {
    const SearchOption& row = kSearchOptions[i];
    if (!is_read(row, options)) continue;
    if (!always_named(row.key) && values[i].value == usual_values[i].value) continue;
    const bool is_switch = std::holds_alternative<bool SearchOptions::*>(row.value);
    flags.push_back(is_switch ? row.flag : row.flag + (" " + values[i].value));
  }
  return joined(flags, " ");
}

CaptioningRecord captioning_record(std::vector<std::string> models, const SearchOptions& search,
                                   const WordArguments& words, const ChoiceArguments& choice) {
  std::vector<std::string> flags = {search_flags(search)};
  for (std::string text : {words.flags(), choice.flags()}) {
    if (!text.empty()) flags.push_back(std::move(text));
  }
  return {std::move(models), joined(flags, " ")};
}

void add_record(const CaptioningRecord& record, nlohmann::ordered_json& json) {
  json["models"] = nlohmann::ordered_json::array();
  for (const std::string& model : record.models)
    json["models"].push_back(replace_invalid_utf8(model));
  json["search"] = replace_invalid_utf8(record.search);
}

void add_record(const CaptioningRecord& record, HtmlReport& report) {
  const bool one = record.models.size() == 1;
  report.summary.emplace_back(one ? "Model" : "Models, as one", joined(record.models));
  report.summary.emplace_back("Search", record.search);
  for (const std::string& model : record.models) report.footer += " --model " + shell_word(model);
  report.footer += " " + record.search;
}

}  // namespace storyteller
