#pragma once

#include <vector>

#include <nlohmann/json.hpp>

#include "tools/render/html_report.h"
#include "train/metrics/sets/set_report.h"

namespace storyteller {

/// For page and terminal: how various a picture's captions are, and how good; what cannot be told
/// is "-" with a reason.
std::vector<HtmlReport::Section> set_sections(const SetReport& report,
                                              const ScorerOptions& options);

/// As files have it; what cannot be told is not there, and "absent" has the reasons.
nlohmann::ordered_json set_json(const SetReport& report, const ScorerOptions& options);

}  // namespace storyteller
