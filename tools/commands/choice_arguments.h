#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "model/captioning.h"
#include "tools/cli/options.h"
#include "tools/commands/output_file.h"
#include "tools/commands/search_arguments.h"
#include "tools/commands/word_arguments.h"
#include "train/metrics/consensus.h"

namespace storyteller {

/// --choose, and what it needs.
class ChoiceArguments {
 public:
  /// Candidates where no search is asked for: captions drawn for a consensus, hypotheses of the
  /// beam that the plausible one is chosen from.
  static constexpr int kUsualSamples = 32, kUsualBeam = 10;

  void add_options(const Options& command);
  /// Empty where captions are not chosen. Throws UsageError where an option does nothing, or one is
  /// missing, ModelError or InputError for a bad file, InputError where SPICE lacks its data.
  Choice choice() const;
  /// As they would be typed; empty where captions are not chosen.
  std::string flags() const;
  /// The files that are read.
  void add_to(InputFiles& inputs) const;

 private:
  enum class By { kScore, kConsensus, kPlausibility };

  Choice by_consensus() const;
  Choice by_plausibility() const;

  By by_ = By::kScore;
  std::optional<Similarity> similarity_;
  std::filesystem::path frequencies_, statements_;
  std::optional<double> weight_;
};

/// What a command captions with: demands are in the words of the models.
Captioning captioning_of(Ensemble& models, const SearchArguments& search,
                         const WordArguments& words, Choice choice);

}  // namespace storyteller
