#include "train/session/session_notes.h"

#include <algorithm>
#include <set>
#include <sstream>
#include <utility>

#include "train/data/shared_pictures.h"
#include "train/data/split_overlap.h"
#include "train/selection.h"
#include "train/word_coverage.h"

namespace storyteller {

DataNotes notes_on(const SplitData& train, std::span<const SplitData> validation) {
  DataNotes notes;
  std::set<std::string> said;
  // Lists of names may say the same by themselves: a warning it is here.
  for (const SplitData& held_out : validation) {
    const std::string shared = overlap_by_name({*held_out.dataset, split_name(held_out.split)},
                                               {*train.dataset, split_name(train.split)});
    if (!shared.empty() && said.insert(shared).second) notes.warnings.push_back(shared);
  }
  const auto add_notes_of = [&](const SplitData& split) {
    for (const std::string& note : split.dataset->notes()) {
      if (said.insert(note).second) notes.lines.push_back(note);
    }
  };
  add_notes_of(train);
  for (const SplitData& split : validation) add_notes_of(split);
  return notes;
}

DataNotes notes_on_shared_pictures(const SplitData& train, std::span<const SplitData> validation) {
  if (train.joined() == nullptr) return {};
  std::vector<const JoinedDataset::Part*> held_out;
  for (const SplitData& split : validation) held_out.push_back(&split.joined()->parts().front());
  SharedPictures shared = shared_pictures(*train.joined(), held_out);
  return {.lines = std::move(shared.trained), .warnings = std::move(shared.held_out)};
}

std::vector<std::string> warnings_of_words_and_pictures(const TrainOptions& options,
                                                        const SplitData& train,
                                                        std::span<const SplitData> validation,
                                                        const Vocabulary& vocabulary,
                                                        bool own_words) {
  const WordCoverage coverage = word_coverage(*train.captions, vocabulary, options.max_words);
  std::vector<std::string> warnings =
      word_warnings(coverage, own_words ? options.min_count : 0, options.max_words);
  const auto some = static_cast<size_t>(options.validation_images);
  for (const SplitData& split : validation) {
    const size_t pictures = split.dataset->size();
    const std::string few = few_pictures_warning(some == 0 ? pictures : std::min(pictures, some),
                                                 parse_criterion(options.selection, "`selection`"));
    if (!few.empty()) warnings.push_back(split.name.empty() ? few : split.name + ": " + few);
  }
  return warnings;
}

std::string learning_rate_line(const Trainer& trainer) {
  std::ostringstream line;
  line << "resume: the schedule is drawn anew: the learning rate is " << trainer.learning_rate()
       << " from here on";
  const std::vector<EpochRecord>& history = trainer.state().history;
  if (!history.empty()) line << "; it was " << history.back().learning_rate;
  return line.str();
}

}  // namespace storyteller
