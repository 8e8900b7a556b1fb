#pragma once

#include <optional>
#include <vector>

#include <nlohmann/json.hpp>

#include "tools/render/html_report.h"
#include "train/metrics/sets/set_report.h"
#include "train/metrics/statistics/caption_report.h"

namespace storyteller {

/// For page and terminal: diversity, bias.
std::vector<HtmlReport::Section> report_sections(const CaptionReport& report);

/// Adds "diversity" and "bias"; what cannot be told is null. `set`: what "diversity" says of
/// several captions of an image.
void add_report(const CaptionReport& report, const std::optional<SetReport>& set,
                nlohmann::ordered_json& json);

}  // namespace storyteller
