#pragma once

#include <cstdint>
#include <string>

#include "model/vocabulary.h"
#include "tools/cli/progress.h"
#include "tools/commands/split_data.h"
#include "train/trainer.h"

namespace storyteller {

/// Shows how a run of so many captions an epoch gets on. The arguments must outlive the observer.
TrainingObserver observe(Progress& progress, const TrainOptions& options, int64_t captions);

/// What the splits say of themselves, each note once, and how many pictures they share.
void say_notes(const SplitData& train, const SplitData& validation, Progress& progress);

/// What the user should know before the run takes hours. `own_words`: the vocabulary is that of
/// these captions, not of an earlier model.
void warn_of_words_and_pictures(const TrainOptions& options, const SplitData& train,
                                const SplitData& validation, const Vocabulary& vocabulary,
                                bool own_words);

/// For a run that goes on by another schedule: the learning rate may jump.
std::string learning_rate_line(const Trainer& trainer);

}  // namespace storyteller
