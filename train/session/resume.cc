#include "train/session/resume.h"

#include <set>
#include <utility>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/phrase.h"
#include "model/captioner.h"
#include "model/encoder/encoder.h"
#include "model/model_file.h"
#include "train/checkpoint.h"

namespace storyteller {
namespace {

using Settings = std::map<std::string, std::string>;

Settings settings_of(const ModelOptions& options) {
  ModelOptions copy = options;
  Config config;
  declare(copy, config);
  return settings_of(config);
}

/// The part of the settings whose keys are, or are not, among some.
Settings only(const Settings& settings, const std::set<std::string>& keys, bool among = true) {
  Settings part;
  for (const auto& [key, value] : settings) {
    if (keys.contains(key) == among) part[key] = value;
  }
  return part;
}

bool differ(const RunRecord& now, const RunRecord& then, const std::set<std::string>& keys) {
  return !changed_settings(only(now.settings, keys), then.settings, "").empty();
}

const std::set<std::string> kOrderOfSteps = {"batch_size", "captions_per_image", "seed",
                                             "data_weights"};
const std::set<std::string> kSchedule = {"epochs",       "batch_size",           "learning_rate",
                                         "schedule",     "schedule_floor",       "schedule_decay",
                                         "warmup_steps", "schedule_decay_epochs"};
/// The choice of words, and the layout of the moments.
const std::set<std::string> kFixed = {"min_count", "encoder_training"};

/// Why the encoder of a model takes no pictures of another side; "": it does, as it convolves to
/// its end, and no decoder minds how many regions there are.
std::string bound_to_its_side(const ModelOptions& model) {
  if (!is_pretrained(model.encoder)) {
    return "the encoder " + model.encoder + " has a side of its own";
  }
  if (encoder_options(model.encoder, model.encoder_choices).mean_image) {
    return "the mean picture that is subtracted has the side of the model's pictures";
  }
  return "";
}

/// Throws UsageError where a model cannot go on with the side of pictures that is wanted.
void require_free_side(const ModelOptions& now, const ModelOptions& then, const std::string& file) {
  const int wanted = now.encoder_choices.side, kept = then.encoder_choices.side;
  const std::string why = wanted == kept ? "" : bound_to_its_side(then);
  if (why.empty()) return;
  throw UsageError("`initial_model` " + file + ": `encoder_side` is " + std::to_string(wanted) +
                   ", the model has " + std::to_string(kept) + ", and it cannot change: " + why +
                   "; leave the setting out");
}

}  // namespace

void require_same_model(const ModelOptions& now, const SafetensorsFile& file, bool resumes) {
  // Whatever else has no shape of its own.
  std::set<std::string> free = {"feature_scale", "embedding_dropout", "output_dropout"};
  for (const SearchOption& option : kSearchOptions) free.insert(option.key);
  const ModelOptions then = model_options_of(file);
  if (!resumes && now.encoder == then.encoder) {
    require_free_side(now, then, file.file());
    free.insert("encoder_side");
  }
  const Settings wanted = only(settings_of(now), free, /*among=*/false);
  const auto changed =
      changed_settings(wanted, settings_of(then), resumes ? "the run" : "the model");
  if (!changed.empty()) {
    throw UsageError(
        (resumes ? "`resume`: " : "`initial_model` " + file.file() + ": ") + joined(changed, "; ") +
        ": what a model is made of cannot change; leave the setting out, or begin " +
        (resumes ? "another run in another `run_folder`" : "a run without `initial_model`"));
  }
  if (vocabulary_of(file).size() <= Vocabulary::kSpecialTokens) {
    throw ModelError(file.file() + ": its vocabulary has no words, so it cannot be trained on");
  }
}

ResumeNotes compare_with_run(const RunRecord& now, const SafetensorsFile& last,
                             const RunFolder& folder, bool allow_other_data) {
  ResumeNotes notes;
  const std::string kept = Checkpoint::record_of(last);
  if (kept.empty()) {
    notes.lines.emplace_back(
        "the run was begun by an earlier version, which kept no record of its data: whether these "
        "are the same is not known");
    return notes;
  }
  RunRecord then = run_record_from_json(kept, last.file());
  then.settings.emplace("selection", "cider");  // of runs that knew nothing else
  const auto fixed = changed_settings(only(now.settings, kFixed), then.settings, "the run");
  if (!fixed.empty()) {
    throw UsageError("`resume`: " + joined(fixed, "; ") +
                     ": that cannot change within a run; leave the setting out, or begin another "
                     "run in another `run_folder`");
  }
  const std::string teachers = changed_teachers(now, then);
  if (!teachers.empty()) {
    throw UsageError("`resume`: " + teachers +
                     ": that cannot change within a run; name the run's with `teacher`, in their "
                     "order, or begin another run in another `run_folder`");
  }
  const auto data = changed_data(now, then);
  if (!data.empty() && !allow_other_data) {
    throw UsageError("`resume`: these are not the data of the run (" + joined(data, "; ") +
                     "); name those, or begin another run with `initial_model` " +
                     printable(folder.best().string(), 4096) +
                     " in another `run_folder`, or add `allow_other_data`");
  }
  notes.lines = changed_settings(now.settings, then.settings, "the run");
  if (differ(now, then, kOrderOfSteps)) {
    notes.lines.emplace_back("the captions come in another order from here on");
  }
  notes.warnings = data;
  const auto machine = changed_machine(now, then);
  notes.warnings.insert(notes.warnings.end(), machine.begin(), machine.end());
  if (!now.encoder_weights.empty() && now.encoder_weights != then.encoder_weights) {
    notes.warnings.push_back("`encoder_weights` " + now.encoder_weights +
                             " is not read: the run goes on with the encoder that it has");
  }
  const bool other_pictures =
      now.validation != then.validation || differ(now, then, {"validation_images"});
  const bool other_selection = differ(now, then, {"selection", "selection_over"});
  if (other_pictures && data.empty()) {
    notes.lines.emplace_back("other pictures are validated: the best epoch is chosen anew");
  } else if (other_selection) {
    notes.lines.emplace_back("the best epoch is chosen anew");
  }
  notes.chosen_anew = other_pictures || other_selection;
  notes.other_schedule = differ(now, then, kSchedule);
  return notes;
}

}  // namespace storyteller
