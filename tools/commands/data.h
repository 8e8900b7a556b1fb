#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "train/data/dataset.h"

// The subcommands of `storyteller data`.
namespace storyteller {

struct DataArguments {
  std::string data, split, out, bad;
  double max_bad = MaxBad{}.share;
  int threads = 2;
  bool json = false;
};

/// Opens every split, looks at every picture, says what is there, what is missing and how the
/// counts stand against the published ones.
int verify_data(const DataArguments& arguments);
/// Captions by number, length and words. Reads no picture.
int data_statistics(const DataArguments& arguments);
/// Copies a data set into tar shards.
int import_data(const DataArguments& arguments);

/// One split that could be opened, or why not.
struct OpenedSplit {
  Split split;
  std::unique_ptr<Dataset> dataset;  ///< Null: `problem` says why.
  std::string problem = {};
  bool broken = false;  ///< It is there and cannot be used.
};

/// The split that was named, or all of them. Throws InputError where none can be opened.
std::vector<OpenedSplit> open_splits(const DataArguments& arguments, const OpenOptions& options);

/// Throws InputError where a split is there and cannot be used, naming each with its problem.
void require_unbroken(const std::vector<OpenedSplit>& splits);

/// The notes of splits[index], and one for every split before it that has some of its pictures: of
/// the same name, or of the same contents whatever the names.
std::vector<std::string> notes_of(const std::vector<OpenedSplit>& splits, size_t index,
                                  bool by_contents);

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
