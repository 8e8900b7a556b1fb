#pragma once

#include <string>
#include <vector>

#include "core/serialization/safetensors.h"
#include "model/model_options.h"
#include "train/session/run_folder.h"
#include "train/session/run_record.h"

namespace storyteller {

/// Throws UsageError that names each setting of the model that differs from the file's and cannot
/// ("hidden is 64, the run has 32"), and ModelError where the file's model has no words. `resumes`:
/// the file is the run's own last.storyteller, else that of --init, where the side of a pretrained
/// encoder's input may differ.
void require_same_model(const ModelOptions& now, const SafetensorsFile& file, bool resumes);

/// What a run that goes on does otherwise than before.
struct ResumeNotes {
  std::vector<std::string> lines;     ///< settings, for the user
  std::vector<std::string> warnings;  ///< data and machine
  bool chosen_anew = false;           ///< what selects the best epoch does not compare with before
  bool other_schedule = false;        ///< the learning rate may jump
};

/// Compares with what the run's last.storyteller keeps of it. Throws UsageError where data differ
/// and `allow_other_data` is not said, where teachers differ, or a setting that cannot.
ResumeNotes compare_with_run(const RunRecord& now, const SafetensorsFile& last,
                             const RunFolder& folder, bool allow_other_data);

}  // namespace storyteller
