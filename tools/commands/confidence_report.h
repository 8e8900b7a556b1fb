#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "model/wording/people_text.h"
#include "tools/render/html_report.h"
#include "train/confidence/calibration.h"
#include "train/confidence/confidence_scores.h"
#include "train/metrics/statistics/bias.h"

namespace storyteller {

/// How good a calibration is, for the terminal.
std::vector<HtmlReport::Score> calibration_rows(const Calibration& calibration, size_t memory);

/// The same as files have it; what cannot be told is null.
nlohmann::ordered_json calibration_json(const Calibration& calibration);

/// ", likely (.83)" to go on with, or ", no photograph"; "" of an assessment that knows nothing.
std::string assessment_note(const Assessment& assessment);

/// How well a model knows how good its captions are: for terminal and page, as a section of it with
/// a reliability curve, and as files have it.
std::vector<HtmlReport::Score> confidence_rows(const ConfidenceScores& scores);
HtmlReport::Section confidence_section(const ConfidenceScores& scores);
nlohmann::ordered_json confidence_json(const ConfidenceScores& scores);

/// How captions speak of women and men, worded as `gender` says.
std::vector<HtmlReport::Score> gender_rows(GenderWords gender, const GenderBias& bias);
nlohmann::ordered_json gender_json(GenderWords gender, const GenderBias& bias);

/// Captions and precision of each grade.
std::vector<HtmlReport::Score> grade_rows(const GradeTallies& grades);
nlohmann::ordered_json grades_json(const GradeTallies& grades);

}  // namespace storyteller
