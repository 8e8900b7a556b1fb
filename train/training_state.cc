#include "train/training_state.h"

#include <cmath>
#include <sstream>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/atomic_file.h"

namespace storyteller {

using nlohmann::json;

namespace {

/// Files of earlier versions know neither METEOR and SPICE, nor waiting, fine-tuning, the loss on
/// validation pictures.
template <class T>
void read_optional(const json& j, const char* key, T& value) {
  if (j.contains(key)) j.at(key).get_to(value);
}

}  // namespace

void EpochRecord::take(const CaptionScores& scores) {
  const auto recorded = [](double score) { return std::isfinite(score) ? score : 0; };
  for (size_t n = 0; n < kMaxOrder; ++n) bleu[n] = recorded(scores.bleu[n]);
  rouge_l = recorded(scores.rouge_l);
  cider = recorded(scores.cider);
  meteor = recorded(scores.meteor);
  spice = recorded(scores.spice);
  distinct = static_cast<int64_t>(scores.distinct_captions);
}

static void to_json(json& j, const EpochRecord& r) {
  j = {{"epoch", r.epoch},       {"step", r.step},
       {"loss", r.loss},         {"learning_rate", r.learning_rate},
       {"seconds", r.seconds},   {"bleu", r.bleu},
       {"rouge_l", r.rouge_l},   {"cider", r.cider},
       {"distinct", r.distinct}, {"images", r.images},
       {"meteor", r.meteor},     {"spice", r.spice},
       {"waited", r.waited},     {"validation_loss", r.validation_loss}};
}
static void from_json(const json& j, EpochRecord& r) {
  j.at("epoch").get_to(r.epoch);
  j.at("step").get_to(r.step);
  j.at("loss").get_to(r.loss);
  j.at("learning_rate").get_to(r.learning_rate);
  j.at("seconds").get_to(r.seconds);
  j.at("bleu").get_to(r.bleu);
  j.at("rouge_l").get_to(r.rouge_l);
  j.at("cider").get_to(r.cider);
  j.at("distinct").get_to(r.distinct);
  j.at("images").get_to(r.images);
  read_optional(j, "meteor", r.meteor);
  read_optional(j, "spice", r.spice);
  read_optional(j, "waited", r.waited);
  read_optional(j, "validation_loss", r.validation_loss);
}

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(BatchSampler::Cursor, epoch, batch)
static void to_json(json& j, const TrainingState& s) {
  j = {{"cursor", s.cursor},
       {"step", s.step},
       {"updates", s.updates},
       {"validated", s.validated},
       {"skipped", s.skipped},
       {"best_cider", s.best_cider},
       {"best_epoch", s.best_epoch},
       {"loss_sum", s.loss_sum},
       {"loss_words", s.loss_words},
       {"epoch_seconds", s.epoch_seconds},
       {"waited_seconds", s.waited_seconds},
       {"slept", s.slept},
       {"selected_after", s.selected_after},
       {"history", s.history}};
}
static void from_json(const json& j, TrainingState& s) {
  j.at("cursor").get_to(s.cursor);
  j.at("step").get_to(s.step);
  j.at("updates").get_to(s.updates);
  j.at("validated").get_to(s.validated);
  j.at("skipped").get_to(s.skipped);
  j.at("best_cider").get_to(s.best_cider);
  j.at("best_epoch").get_to(s.best_epoch);
  j.at("loss_sum").get_to(s.loss_sum);
  j.at("loss_words").get_to(s.loss_words);
  j.at("epoch_seconds").get_to(s.epoch_seconds);
  read_optional(j, "waited_seconds", s.waited_seconds);
  read_optional(j, "slept", s.slept);
  if (const auto encoder = j.find("encoder_slept"); encoder != j.end()) {  // of earlier versions
    encoder->get_to(s.slept["encoder"]);
  }
  read_optional(j, "selected_after", s.selected_after);
  j.at("history").get_to(s.history);
}

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
         "distinct,images,meteor,spice,waited,validation_loss\n";
  for (const EpochRecord& r : history) {
    csv << r.epoch << ',' << r.step << ',' << r.loss << ',' << r.learning_rate << ',' << r.seconds;
    for (double bleu : r.bleu) csv << ',' << bleu;
    csv << ',' << r.rouge_l << ',' << r.cider << ',' << r.distinct << ',' << r.images << ','
        << r.meteor << ',' << r.spice << ',' << r.waited << ',' << r.validation_loss << '\n';
  }
  write_file_atomically(path, csv.str());
}

}  // namespace storyteller
