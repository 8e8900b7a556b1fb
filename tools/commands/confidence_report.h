#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tools/render/html_report.h"
#include "train/confidence/calibration.h"

namespace storyteller {

/// How good a calibration is, for the terminal.
std::vector<HtmlReport::Score> calibration_rows(const Calibration& calibration, size_t memory);

/// The same as files have it; what cannot be told is null.
nlohmann::ordered_json calibration_json(const Calibration& calibration);

/// ", likely (.83)" to go on with, or ", no photograph"; "" of an assessment that knows nothing.
std::string assessment_note(const Assessment& assessment);

/// Captions and precision of each grade.
std::vector<HtmlReport::Score> grade_rows(const GradeTallies& grades);
nlohmann::ordered_json grades_json(const GradeTallies& grades);

}  // namespace storyteller
