#pragma once

#include <vector>

#include "tools/render/html_report.h"
#include "train/training_state.h"
#include "train/validation/evaluation.h"

namespace storyteller {

/// Every score with what it means and what to hold it against, for the page and for the terminal.
std::vector<HtmlReport::Score> score_rows(const Evaluation& evaluation);

/// The page about an evaluation: what the pictures are, the scores and what they mean, the
/// training's curve, and the first `items` pictures that could be read.
/// @param history The model's epochs; empty: unknown.
HtmlReport make_report(Captioner& captioner, const SplitData& data, const Evaluation& evaluation,
                       const std::vector<EpochRecord>& history, size_t items);

}  // namespace storyteller
