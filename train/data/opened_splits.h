#pragma once

#include <memory>
#include <string>
#include <vector>

#include "train/data/dataset.h"

namespace storyteller {

/// One split that could be opened, or why not.
struct OpenedSplit {
  Split split;
  std::unique_ptr<Dataset> dataset;  ///< Null: `problem` says why.
  std::string problem = {};
  bool broken = false;  ///< It is there and cannot be used.
};

/// The split that was named, or, for "", all of them. Throws InputError where none can be opened.
std::vector<OpenedSplit> open_splits(const std::string& specification, const std::string& split,
                                     const OpenOptions& options);

/// Throws InputError where a split is there and cannot be used, naming each with its problem.
void require_unbroken(const std::vector<OpenedSplit>& splits);

/// The notes of splits[index], and one for every split before it that has some of its pictures: of
/// the same name, or of the same contents whatever the names.
std::vector<std::string> notes_of(const std::vector<OpenedSplit>& splits, size_t index,
                                  bool by_contents);

}  // namespace storyteller
