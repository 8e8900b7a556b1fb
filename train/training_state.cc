#include "train/training_state.h"

#include <sstream>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/atomic_file.h"

namespace storyteller {

using nlohmann::json;

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(EpochRecord, epoch, step, loss, learning_rate, seconds, bleu,
                                   rouge_l, cider, distinct, images)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(BatchSampler::Cursor, epoch, batch)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(TrainingState, cursor, step, updates, validated, skipped,
                                   best_cider, best_epoch, loss_sum, loss_words, epoch_seconds,
                                   history)

namespace {

template <class T>
T parse(const std::string& text, const std::string& file, const char* what) {
  try {
    return json::parse(text).get<T>();
  } catch (const json::exception&) {
    throw ModelError(file + ": its " + what + " is damaged; start again without --resume");
  }
}

}  // namespace

std::string to_json(const TrainingState& state) { return json(state).dump(); }

TrainingState training_state_from_json(const std::string& text, const std::string& file) {
  return parse<TrainingState>(text, file, "training state");
}

std::string to_json(const std::vector<EpochRecord>& history) { return json(history).dump(); }

std::vector<EpochRecord> history_from_json(const std::string& text, const std::string& file) {
  return parse<std::vector<EpochRecord>>(text, file, "history");
}

void write_training_log(const std::filesystem::path& path,
                        const std::vector<EpochRecord>& history) {
  std::ostringstream csv;
  csv << "epoch,step,loss,learning_rate,seconds,bleu_1,bleu_2,bleu_3,bleu_4,rouge_l,cider,"
         "distinct,images\n";
  for (const EpochRecord& r : history) {
    csv << r.epoch << ',' << r.step << ',' << r.loss << ',' << r.learning_rate << ',' << r.seconds;
    for (double bleu : r.bleu) csv << ',' << bleu;
    csv << ',' << r.rouge_l << ',' << r.cider << ',' << r.distinct << ',' << r.images << '\n';
  }
  write_file_atomically(path, csv.str());
}

}  // namespace storyteller
