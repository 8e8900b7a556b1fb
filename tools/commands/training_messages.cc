#include "tools/commands/training_messages.h"

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <set>
#include <sstream>

#include "tools/cli/exit_code.h"
#include "train/data/split_overlap.h"
#include "train/selection.h"
#include "train/word_coverage.h"

namespace storyteller {
namespace {

std::string scores_line(const EpochRecord& record, bool best) {
  std::ostringstream line;
  line << "epoch " << record.epoch << std::fixed << std::setprecision(3) << "  loss "
       << record.loss;
  const auto score = [&](const char* name, double value) {
    if (value > 0) line << "  " << name << ' ' << value;  // 0: not asked for
  };
  score("BLEU-1", record.bleu[0]);
  score("BLEU-4", record.bleu[3]);
  score("ROUGE-L", record.rouge_l);
  score("METEOR", record.meteor);
  score("SPICE-native", record.spice);
  line << "  CIDEr " << record.cider << "  distinct " << record.distinct << "/" << record.images
       << "  " << duration_text(record.seconds);
  const double waited = record.seconds > 0 ? record.waited / record.seconds : 0;
  if (waited >= 0.01) line << " (" << std::setprecision(0) << 100 * waited << "% waiting)";
  line << (best ? "  best" : "");
  return line.str();
}

}  // namespace

TrainingObserver observe(Progress& progress, const TrainOptions& options, int64_t captions) {
  TrainingObserver observer;
  observer.step = [&progress, &options, captions](const TrainingState& state,
                                                  int64_t steps_per_epoch, double) {
    const int64_t in_epoch = (state.step - 1) % steps_per_epoch + 1;
    const int64_t epoch = (state.step - 1) / steps_per_epoch + 1;
    progress.update(
        {.label = "epoch " + std::to_string(epoch) + "/" + std::to_string(options.epochs),
         .done = std::min(in_epoch * options.batch_size, captions),
         .total = captions,
         .unit = "captions",
         .loss = state.loss_words > 0 ? state.loss_sum / state.loss_words : 0,
         .later = (options.epochs - epoch) * captions});
  };
  observer.validating = [&progress](size_t done, size_t total) {
    progress.update({.label = "validation",
                     .done = static_cast<int64_t>(done),
                     .total = static_cast<int64_t>(total),
                     .unit = "pictures"});
  };
  observer.epoch = [&progress](const EpochRecord& record, bool best) {
    progress.finish();
    progress.line(scores_line(record, best));
  };
  observer.detector_epoch = [&progress](int64_t epoch, double loss) {
    std::ostringstream line;
    line << "epoch " << epoch << std::fixed << std::setprecision(4)
         << "  word detector alone, loss " << loss;
    progress.finish();
    progress.line(line.str());
  };
  observer.message = [&progress](const std::string& text) { progress.line(text); };
  return observer;
}

void say_notes(const SplitData& train, const SplitData& validation, Progress& progress) {
  // Lists of names may say the same by themselves: a warning it is here.
  const std::string shared = overlap_by_name({*validation.dataset, split_name(validation.split)},
                                             {*train.dataset, split_name(train.split)});
  std::set<std::string> said = {shared};
  for (const SplitData* split : {&train, &validation}) {
    for (const std::string& note : split->dataset->notes()) {
      if (said.insert(note).second) progress.line(note);
    }
  }
  if (!shared.empty()) report_warning(shared, std::cerr);
}

void warn_of_words_and_pictures(const TrainOptions& options, const SplitData& train,
                                const SplitData& validation, const Vocabulary& vocabulary,
                                bool own_words) {
  const WordCoverage coverage = word_coverage(*train.captions, vocabulary, options.max_words);
  for (const std::string& line :
       word_warnings(coverage, own_words ? options.min_count : 0, options.max_words)) {
    report_warning(line, std::cerr);
  }
  const size_t pictures = validation.dataset->size();
  const auto some = static_cast<size_t>(options.validation_images);
  const std::string few = few_pictures_warning(some == 0 ? pictures : std::min(pictures, some));
  if (!few.empty()) report_warning(few, std::cerr);
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
