#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "train/metrics/spice/parser.h"
#include "train/metrics/spice/tagger.h"

namespace storyteller::spice {

/// A tagged and parsed caption.
struct ParsedCaption {
  std::vector<Tag> tags;
  DependencyTree tree;
};

/// Part-of-speech tagger and dependency parser for English captions. Immutable, thread-safe.
class SyntaxModel {
 public:
  SyntaxModel(TaggerWeights tagger, TransitionWeights transitions, LabelWeights labels);

  /// Any tokens: none, thousands, any bytes. Linear in their number.
  ParsedCaption parse(std::span<const std::string> words) const;

  const TaggerWeights& tagger() const { return tagger_; }
  const TransitionWeights& transitions() const { return transitions_; }
  const LabelWeights& labels() const { return labels_; }

 private:
  TaggerWeights tagger_;
  TransitionWeights transitions_;
  LabelWeights labels_;
};

/// What a model file says of itself beside its weights, e.g. "training", "accuracy", "licence".
using ModelNotes = std::map<std::string, std::string>;

/// One safetensors file with a checksum; equal models and notes give equal bytes.
void save_syntax_model(const SyntaxModel& model, const ModelNotes& notes,
                       const std::filesystem::path& path);
/// Throws ModelError naming the file and the cause: damaged, another format, other tags or labels.
SyntaxModel load_syntax_model(const std::filesystem::path& path);
/// The model that travels inside of this library (models/spice_native.safetensors), loaded once.
std::shared_ptr<const SyntaxModel> built_in_syntax_model();

}  // namespace storyteller::spice
