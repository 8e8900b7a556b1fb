#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "model/search/search_options.h"
#include "tools/commands/choice_arguments.h"
#include "tools/commands/word_arguments.h"
#include "tools/render/html_report.h"

namespace storyteller {

/// How captions came about, for pages and JSON: what is given and what the model recommends alike.
struct CaptioningRecord {
  std::vector<std::string> models;  ///< files
  std::string search;  ///< flags in force, as they would be typed: "--beam 3 --max-words 20 ..."
};

CaptioningRecord captioning_record(std::vector<std::string> models, const SearchOptions& search,
                                   const WordArguments& words, const ChoiceArguments& choice);

/// "models" and "search".
void add_record(const CaptioningRecord& record, nlohmann::ordered_json& json);
/// Into its summary, and behind the command of its footer.
void add_record(const CaptioningRecord& record, HtmlReport& report);

/// The flags of options that are in force: those that decide, and others than the usual ones.
std::string search_flags(const SearchOptions& options);

}  // namespace storyteller
