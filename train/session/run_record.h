#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/config.h"
#include "train/data/dataset.h"

namespace storyteller {

/// What a run is trained on and how, kept beside its state, so that going on with something else is
/// noticed.
struct RunRecord {
  /// One split of the data.
  struct Data {
    uint64_t content = 0;  ///< of pictures and captions, in their order
    size_t pictures = 0, captions = 0;
    bool operator==(const Data&) const = default;
  };
  /// A model that is learned from.
  struct Teacher {
    std::string file;      ///< as it was given
    uint64_t content = 0;  ///< of the file
  };
  /// One of several data sets.
  struct Set {
    std::string name;
    Data train, validation;
  };
  Data train, validation;  ///< of all sets together
  std::vector<Set> sets;   ///< where there are several
  std::vector<Teacher> teachers;
  std::map<std::string, std::string> settings;  ///< as they would be typed
  int threads = 0;
  std::string device;           ///< "cpu" or "cuda"
  std::string encoder_weights;  ///< as --encoder-weights was given

  static Data of(const Dataset& dataset);
  /// Of several, one behind the other.
  static Data of_all(std::span<const Data> all);
};

/// JSON, and back; throws ModelError naming `file`.
std::string to_json(const RunRecord& record);
RunRecord run_record_from_json(const std::string& json, const std::string& file);

/// Settings by name, as they would be typed.
std::map<std::string, std::string> settings_of(const Config& config);

/// "hidden is 64, the run has 32" for each setting that differs. `whose` is "the run", "the model".
/// Settings that one side lacks, of another version of the program, are left out.
std::vector<std::string> changed_settings(const std::map<std::string, std::string>& now,
                                          const std::map<std::string, std::string>& then,
                                          const std::string& whose);

/// A line for each split whose data are others, of each set where there are several, or one where
/// the sets themselves are others; empty: they are those of the run.
std::vector<std::string> changed_data(const RunRecord& now, const RunRecord& then);

/// Empty where the teachers are those of the run, in their order; else a line that tells the first
/// difference.
std::string changed_teachers(const RunRecord& now, const RunRecord& then);

/// A line for each thing that changes the bits of the result: threads and device.
std::vector<std::string> changed_machine(const RunRecord& now, const RunRecord& then);

}  // namespace storyteller
