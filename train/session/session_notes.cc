#include "train/session/session_notes.h"

#include <algorithm>
#include <set>
#include <sstream>

#include "train/data/split_overlap.h"
#include "train/selection.h"
#include "train/word_coverage.h"

namespace storyteller {

DataNotes notes_on(const SplitData& train, const SplitData& validation) {
  // Lists of names may say the same by themselves: a warning it is here.
  const std::string shared = overlap_by_name({*validation.dataset, split_name(validation.split)},
                                             {*train.dataset, split_name(train.split)});
  DataNotes notes;
  std::set<std::string> said = {shared};
  for (const SplitData* split : {&train, &validation}) {
    for (const std::string& note : split->dataset->notes()) {
      if (said.insert(note).second) notes.lines.push_back(note);
    }
  }
  if (!shared.empty()) notes.warnings.push_back(shared);
  return notes;
}

std::vector<std::string> warnings_of_words_and_pictures(const TrainOptions& options,
                                                        const SplitData& train,
                                                        const SplitData& validation,
                                                        const Vocabulary& vocabulary,
                                                        bool own_words) {
  const WordCoverage coverage = word_coverage(*train.captions, vocabulary, options.max_words);
  std::vector<std::string> warnings =
      word_warnings(coverage, own_words ? options.min_count : 0, options.max_words);
  const size_t pictures = validation.dataset->size();
  const auto some = static_cast<size_t>(options.validation_images);
  const std::string few = few_pictures_warning(some == 0 ? pictures : std::min(pictures, some),
                                               parse_criterion(options.selection, "`selection`"));
  if (!few.empty()) warnings.push_back(few);
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
