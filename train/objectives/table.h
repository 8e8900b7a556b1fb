#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "model/captioner.h"
#include "train/concepts/picture_concepts.h"
#include "train/data/caption_corpus.h"
#include "train/objectives/objective.h"
#include "train/session/train_options.h"

namespace storyteller {

/// What objectives are made of; the references must outlive them.
struct ObjectiveContext {
  const TrainOptions& options;
  Captioner& captioner;
  const CaptionCorpus& captions;  ///< of the training pictures
  /// Models to learn from, without gradients: of the captioner's vocabulary, and with an encoder
  /// whose features are the captioner's, so that a batch's serve all.
  std::span<const std::unique_ptr<Captioner>> teachers = {};
  /// How the captions of the training pictures begin.
  std::span<const CaptionRange> ranges = {};
  const PictureConcepts* concepts = nullptr;  ///< where the model has some
  const Dataset* pictures = nullptr;          ///< null: every caption has one
};

/// A row of the table.
struct ObjectiveKind {
  std::string_view name;
  std::unique_ptr<Objective> (*make)(const ObjectiveContext&);
  std::string_view setting = "objectives";  ///< by which phases come to name it
  bool needs_teachers = false;
};
std::span<const ObjectiveKind> objective_kinds();

/// The objective of a name; InternalError where there is none.
std::unique_ptr<Objective> make_objective(std::string_view name, const ObjectiveContext& context);

}  // namespace storyteller
