#pragma once

#include <string>

#include "tools/cli/options.h"
#include "train/metrics/caption_scorer.h"

namespace storyteller {

/// --metrics and what the metrics need, alike for all commands that score.
struct MetricArguments {
  std::string metrics;  ///< empty: the command's own choice
  std::string meteor_data, paraphrases;

  /// `usual`: what is computed where nobody chooses.
  void add_options(const Options& command, MetricSet usual);

  /// The metrics with their data, read now. A metric that was asked for and lacks its data is an
  /// InputError; one of the usual ones is left out, with a warning on stderr.
  ScorerOptions scorer_options() const;

 private:
  MetricSet usual_;
};

}  // namespace storyteller
