#pragma once

#include <memory>
#include <string_view>

#include "model/captioner.h"
#include "train/data/caption_corpus.h"
#include "train/objectives/objective.h"
#include "train/session/train_options.h"

namespace storyteller {

/// What objectives are made of; the references must outlive them.
struct ObjectiveContext {
  const TrainOptions& options;
  Captioner& captioner;
  const CaptionCorpus& captions;  ///< of the training pictures
};

/// The objective of a name; InternalError where there is none.
std::unique_ptr<Objective> make_objective(std::string_view name, const ObjectiveContext& context);

}  // namespace storyteller
