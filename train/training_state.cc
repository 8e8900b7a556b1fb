#include "train/training_state.h"

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <sstream>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/atomic_file.h"
#include "core/text/phrase.h"
#include "train/metrics/caption_scorer.h"

namespace storyteller {

using nlohmann::json;

namespace {

/// Files of earlier versions know neither waiting nor fine-tuning.
template <class T>
void read_optional(const json& j, const char* key, T& value) {
  if (j.contains(key)) j.at(key).get_to(value);
}

/// Earlier versions wrote a member for each metric, METEOR, SPICE and the validation loss as 0
/// where they were not computed, the first of them not these three.
void read_scores_of_earlier_versions(const json& j, EpochRecord& r) {
  const auto bleu = j.at("bleu").get<std::array<double, 4>>();
  for (size_t n = 0; n < bleu.size(); ++n) r.scores.set("bleu_" + std::to_string(n + 1), bleu[n]);
  for (const char* key : {"rouge_l", "cider"}) r.scores.set(key, j.at(key).get<double>());
  for (const char* key : {"meteor", "spice"}) {
    const double score = j.value(key, 0.0);
    if (score != 0) r.scores.set(key, score);
  }
  if (const double loss = j.value("validation_loss", 0.0); loss != 0) r.validation_loss = loss;
}

}  // namespace

static void to_json(json& j, const NamedScores& scores) {
  j = json::object();
  for (const auto& [key, score] : scores) j[key] = score;
}

static void to_json(json& j, const SetRecord& r) {
  j = {{"name", r.name}, {"scores", r.scores}, {"distinct", r.distinct}, {"images", r.images}};
  if (r.validation_loss) j["validation_loss"] = *r.validation_loss;
}
static void from_json(const json& j, SetRecord& r) {
  j.at("name").get_to(r.name);
  j.at("distinct").get_to(r.distinct);
  j.at("images").get_to(r.images);
  for (const auto& [key, score] : j.at("scores").items()) r.scores.set(key, score.get<double>());
  if (j.contains("validation_loss")) r.validation_loss = j.at("validation_loss").get<double>();
}

static void to_json(json& j, const EpochRecord& r) {
  j = {{"epoch", r.epoch},       {"step", r.step},
       {"loss", r.loss},         {"learning_rate", r.learning_rate},
       {"seconds", r.seconds},   {"scores", r.scores},
       {"distinct", r.distinct}, {"images", r.images},
       {"waited", r.waited}};
  if (r.validation_loss) j["validation_loss"] = *r.validation_loss;
  if (!r.measures.empty()) j["measures"] = r.measures;
  if (!r.signature.empty()) j["signature"] = r.signature;
  if (!r.sets.empty()) j["sets"] = r.sets;
}
static void from_json(const json& j, EpochRecord& r) {
  j.at("epoch").get_to(r.epoch);
  j.at("step").get_to(r.step);
  j.at("loss").get_to(r.loss);
  j.at("learning_rate").get_to(r.learning_rate);
  j.at("seconds").get_to(r.seconds);
  j.at("distinct").get_to(r.distinct);
  j.at("images").get_to(r.images);
  read_optional(j, "waited", r.waited);
  read_optional(j, "signature", r.signature);
  read_optional(j, "sets", r.sets);
  if (const auto measures = j.find("measures"); measures != j.end()) {
    for (const auto& [key, mean] : measures->items()) r.measures.set(key, mean.get<double>());
  }
  if (!j.contains("scores")) return read_scores_of_earlier_versions(j, r);
  for (const auto& [key, score] : j.at("scores").items()) r.scores.set(key, score.get<double>());
  if (j.contains("validation_loss")) r.validation_loss = j.at("validation_loss").get<double>();
}

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(BatchSampler::Cursor, epoch, batch)
static void to_json(json& j, const TrainingState& s) {
  j = {{"cursor", s.cursor},
       {"step", s.step},
       {"updates", s.updates},
       {"validated", s.validated},
       {"skipped", s.skipped},
       {"best_epoch", s.best_epoch},
       {"loss_sum", s.loss_sum},
       {"loss_words", s.loss_words},
       {"epoch_seconds", s.epoch_seconds},
       {"waited_seconds", s.waited_seconds},
       {"slept", s.frozen_steps},
       {"selected_after", s.selected_after},
       {"history", s.history}};
  if (!s.measures.empty()) j["measures"] = s.measures;
}
static void from_json(const json& j, TrainingState& s) {
  j.at("cursor").get_to(s.cursor);
  j.at("step").get_to(s.step);
  j.at("updates").get_to(s.updates);
  j.at("validated").get_to(s.validated);
  j.at("skipped").get_to(s.skipped);
  j.at("best_epoch").get_to(s.best_epoch);
  j.at("loss_sum").get_to(s.loss_sum);
  j.at("loss_words").get_to(s.loss_words);
  j.at("epoch_seconds").get_to(s.epoch_seconds);
  read_optional(j, "waited_seconds", s.waited_seconds);
  read_optional(j, "slept", s.frozen_steps);
  if (const auto encoder = j.find("encoder_slept"); encoder != j.end()) {  // of earlier versions
    encoder->get_to(s.frozen_steps["encoder"]);
  }
  read_optional(j, "selected_after", s.selected_after);
  read_optional(j, "measures", s.measures);
  j.at("history").get_to(s.history);
}

namespace {

template <class T>
T parse(const std::string& text, const std::string& file, const char* what) {
  try {
    return json::parse(text).get<T>();
  } catch (const json::exception&) {
    throw ModelError(file + ": its " + what + " is damaged; start again without `resume`");
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

namespace {

/// Keys that some record has measured.
std::vector<std::string> measured(const std::vector<EpochRecord>& history) {
  std::set<std::string> keys;
  for (const EpochRecord& record : history) {
    for (const auto& [key, mean] : record.measures) keys.insert(key);
  }
  return {keys.begin(), keys.end()};
}

/// Scores of each set that some record has: "SET/KEY".
std::vector<std::string> scores_of_sets(const std::vector<EpochRecord>& history) {
  std::set<std::string> keys;
  for (const EpochRecord& record : history) {
    for (const SetRecord& of_set : record.sets) {
      for (const auto& [key, score] : of_set.scores) keys.insert(of_set.name + '/' + key);
      if (of_set.validation_loss) keys.insert(of_set.name + "/validation_loss");
    }
  }
  return {keys.begin(), keys.end()};
}

std::optional<double> score_of_set(const EpochRecord& record, const std::string& column) {
  const size_t slash = column.find('/');
  for (const SetRecord& of_set : record.sets) {
    if (of_set.name != column.substr(0, slash)) continue;
    const std::string key = column.substr(slash + 1);
    return key == "validation_loss" ? of_set.validation_loss : of_set.scores.find(key);
  }
  return std::nullopt;
}

/// Scores that some record has, beside the two lists.
std::vector<std::string> further_scores(const std::vector<EpochRecord>& history,
                                        std::span<const char* const> first,
                                        std::span<const char* const> then) {
  const auto among = [](std::span<const char* const> keys, const std::string& key) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
  };
  std::set<std::string> keys;
  for (const EpochRecord& record : history) {
    for (const auto& [key, score] : record.scores) {
      if (!among(first, key) && !among(then, key)) keys.insert(key);
    }
  }
  return {keys.begin(), keys.end()};
}

}  // namespace

void write_training_log(const std::filesystem::path& path,
                        const std::vector<EpochRecord>& history) {
  // Columns keep the places that they had when there were no others.
  constexpr std::array kFirst = {"bleu_1", "bleu_2", "bleu_3", "bleu_4", "rouge_l", "cider"};
  constexpr std::array kThen = {"meteor", "spice"};
  const std::vector<std::string> further = further_scores(history, kFirst, kThen);
  const std::vector<std::string> measures = measured(history);
  std::ostringstream csv;
  const auto cell = [&](std::optional<double> value) {
    csv << ',';
    if (value) csv << *value;
  };
  csv << "epoch,step,loss,learning_rate,seconds," << joined(kFirst, ",") << ",distinct,images,"
      << joined(kThen, ",") << ",waited,validation_loss";
  for (const std::string& key : further) csv << ',' << key;
  for (const std::string& key : measures) csv << ",training_" << key;
  const std::vector<std::string> of_sets = scores_of_sets(history);
  for (const std::string& column : of_sets) csv << ',' << column;
  csv << '\n';
  for (const EpochRecord& r : history) {
    csv << r.epoch << ',' << r.step << ',' << r.loss << ',' << r.learning_rate << ',' << r.seconds;
    for (const char* key : kFirst) cell(r.scores.find(key));
    csv << ',' << r.distinct << ',' << r.images;
    for (const char* key : kThen) cell(r.scores.find(key));
    csv << ',' << r.waited;
    cell(r.validation_loss);
    for (const std::string& key : further) cell(r.scores.find(key));
    for (const std::string& key : measures) cell(r.measures.find(key));
    for (const std::string& column : of_sets) cell(score_of_set(r, column));
    csv << '\n';
  }
  write_file_atomically(path, csv.str());
}

}  // namespace storyteller
