#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

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
};

/// The split that was named, or all of them. Throws InputError where none can be opened.
std::vector<OpenedSplit> open_splits(const DataArguments& arguments, bool look_for_pictures);

}  // namespace storyteller
