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
  /// Captions drawn where a consensus is asked for and no search is.
  static constexpr int kUsualSamples = 32;

  void add_options(const Options& command);
  bool by_consensus() const { return by_consensus_; }
  /// Null where captions are not chosen by consensus. Throws UsageError where an option does
  /// nothing, ModelError for a bad file, InputError where SPICE lacks its data.
  std::shared_ptr<const Consensus> consensus() const;
  /// As they would be typed; empty where captions are not chosen by consensus.
  std::string flags() const;
  /// The file that is read.
  void add_to(InputFiles& inputs) const;

 private:
  bool by_consensus_ = false;
  std::optional<Similarity> similarity_;
  std::filesystem::path frequencies_;
};

/// What a command captions with: demands are in the words of the models.
Captioning captioning_of(Ensemble& models, const SearchArguments& search,
                         const WordArguments& words, std::shared_ptr<const Consensus> consensus);

}  // namespace storyteller
