#include "tools/commands/training_messages.h"

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <sstream>

#include "tools/cli/exit_code.h"
#include "tools/commands/preparation_progress.h"
#include "train/metrics/table.h"

namespace storyteller {
namespace {

void add_scores(const NamedScores& scores, std::optional<double> validation_loss,
                std::ostream& line) {
  if (validation_loss) line << "  validation loss " << *validation_loss;
  const auto score = [&](const ScoreColumn& column) {
    const auto value = scores.find(column.key);
    if (value) line << "  " << column.title << ' ' << *value;
  };
  for (const ScoreColumn& column : score_columns()) {
    // BLEU-2 and BLEU-3 lie between; CIDEr comes last.
    const bool shown = column.key != "bleu_2" && column.key != "bleu_3" && column.key != "cider";
    if (shown) score(column);
  }
  for (const ScoreColumn& column : score_columns({Metric::kCider})) score(column);
  if (const auto accuracy = scores.find(kAccuracy)) line << "  accuracy " << *accuracy;
}

/// Whose scores those of an epoch are; "": of the one set.
std::string whose(const EpochRecord& record, SelectionOver over) {
  if (record.sets.empty()) return "";
  return over == SelectionOver::kFirst
             ? "  " + record.sets.front().name + ":"
             : "  mean of " + std::to_string(record.sets.size()) + " sets:";
}

std::string scores_line(const EpochRecord& record, bool best, const TrainOptions& options) {
  const bool by_loss = options.selection == "loss";
  std::ostringstream line;
  line << "epoch " << record.epoch << std::fixed << std::setprecision(3) << "  loss " << record.loss
       << whose(record, options.selection_over);
  add_scores(record.scores, by_loss ? record.validation_loss : std::nullopt, line);
  if (!record.scores.find(kAccuracy)) {
    line << "  distinct " << record.distinct << "/" << record.images;
  }
  line << "  " << duration_text(record.seconds);
  const double waited = record.seconds > 0 ? record.waited / record.seconds : 0;
  if (waited >= 0.01) line << " (" << std::setprecision(0) << 100 * waited << "% waiting)";
  line << (best ? "  best" : "");
  return line.str();
}

/// Of one of several data sets.
std::string set_line(const SetRecord& set, bool by_loss) {
  std::ostringstream line;
  line << "         " << set.name << std::fixed << std::setprecision(3);
  add_scores(set.scores, by_loss ? set.validation_loss : std::nullopt, line);
  line << "  distinct " << set.distinct << "/" << set.images;
  return line.str();
}

/// What objectives measured; "": nothing.
std::string measures_line(const EpochRecord& record) {
  if (record.measures.empty()) return "";
  std::ostringstream line;
  line << "         samples" << std::fixed << std::setprecision(3);
  for (const auto& [key, mean] : record.measures) line << "  " << key << ' ' << mean;
  return line.str();
}

TrainingObserver observe_training(Progress& progress, const TrainingSession& session) {
  TrainingObserver observer;
  observer.step = [&progress, &session](const TrainingState& state, int64_t steps_per_epoch,
                                        double) {
    const TrainOptions& options = session.recipe().train;
    const char* unit = session.recipe().model.task == Task::kVqa ? "questions" : "captions";
    const auto listed = static_cast<int64_t>(session.train().captions->size());
    const int64_t captions =
        options.data_weights.empty() ? listed : steps_per_epoch * options.batch_size;
    const bool ended = state.cursor.batch == 0;  // it is that of the batch to come
    const auto in_epoch = ended ? steps_per_epoch : static_cast<int64_t>(state.cursor.batch);
    const auto epoch = static_cast<int64_t>(state.cursor.epoch) + (ended ? 0 : 1);
    progress.update(
        {.label = "epoch " + std::to_string(epoch) + "/" + std::to_string(options.epochs),
         .done = std::min(in_epoch * options.batch_size, captions),
         .total = captions,
         .unit = unit,
         .loss = state.loss_words > 0 ? state.loss_sum / state.loss_words : 0,
         .later = (options.epochs - epoch) * captions});
  };
  observer.validating = [&progress](size_t done, size_t total) {
    progress.update({.label = "validation",
                     .done = static_cast<int64_t>(done),
                     .total = static_cast<int64_t>(total),
                     .unit = "pictures"});
  };
  observer.epoch = [&progress, &session](const EpochRecord& record, bool best) {
    progress.finish();
    const TrainOptions& options = session.recipe().train;
    progress.line(scores_line(record, best, options));
    for (const SetRecord& set : record.sets) {
      progress.line(set_line(set, options.selection == "loss"));
    }
    if (!record.measures.empty()) progress.line(measures_line(record));
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

}  // namespace

SessionObserver observe(Progress& progress, const TrainingSession& session) {
  const PreparationObserver preparation = observe_preparation(progress);
  return {.training = observe_training(progress, session),
          .preparing = preparation.progress,
          .message = preparation.message,
          .warning = [](const std::string& text) { report_warning(text, std::cerr); }};
}

}  // namespace storyteller
