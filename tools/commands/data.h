#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "tools/cli/progress.h"
#include "train/data/dataset.h"

// The subcommands of `storyteller data`.
namespace storyteller {

struct DataArguments {
  std::string data, split, out, bad;
  double max_bad = MaxBad{}.share;
  int threads = 2;
  uint64_t seed = 1;
  bool json = false;
};

/// Opens every split, looks at every picture, says what is there, what is missing and how the
/// counts stand against the published ones.
int verify_data(const DataArguments& arguments);
/// Captions by number, length and words. Reads no picture.
int data_statistics(const DataArguments& arguments);
/// Copies a data set into tar shards.
int import_data(const DataArguments& arguments);

/// Writes questions that are made of captions, a JSON object a line with the caption and the rule
/// of each.
int make_questions_file(const DataArguments& arguments);

/// Shows how the pictures of a split get on. `progress` must outlive the function.
std::function<void(size_t done, size_t total)> observe_pictures(Progress& progress, Split split);

/// The first few of what was skipped, {"name", "reason"}, for --json.
nlohmann::ordered_json examples_of(const BadPictures& bad);

/// Writes notes to standard error, each once: every split of a set has those of the whole set.
class SaidNotes {
 public:
  void say(const std::vector<std::string>& notes);

 private:
  std::set<std::string> said_;
};

}  // namespace storyteller
