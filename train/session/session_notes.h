#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/vocabulary.h"
#include "train/features/split_data.h"
#include "train/session/train_options.h"
#include "train/trainer.h"

namespace storyteller {

/// What the user of a training should know of its data, a line each.
struct DataNotes {
  std::vector<std::string> lines;
  std::vector<std::string> warnings;
};

/// What the splits say of themselves, each note once, and how many pictures they share.
DataNotes notes_on(const SplitData& train, std::span<const SplitData> validation);

/// What several data sets share, once Dataset::content() has read their pictures.
DataNotes notes_on_shared_pictures(const SplitData& train, std::span<const SplitData> validation);

/// What the user should know before the run takes hours. `own_words`: the vocabulary is that of
/// these captions, not of an earlier model.
std::vector<std::string> warnings_of_words_and_pictures(const TrainOptions& options,
                                                        const SplitData& train,
                                                        std::span<const SplitData> validation,
                                                        const Vocabulary& vocabulary,
                                                        bool own_words);

/// For a run that goes on by another schedule: the learning rate may jump.
std::string learning_rate_line(const Trainer& trainer);

}  // namespace storyteller
