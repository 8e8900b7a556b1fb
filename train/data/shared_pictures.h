#pragma once

#include <span>
#include <string>
#include <vector>

#include "train/data/joined_dataset.h"

namespace storyteller {

/// Pictures that several data sets of a training share, by the bytes of their files, a line for
/// each two sets with their number and an example.
struct SharedPictures {
  std::vector<std::string> trained;   ///< in train of one and of another
  std::vector<std::string> held_out;  ///< in val of one and in train of another
};

/// `validation`: a data set each, named as in `train`. Reads the files that are as long as one of
/// another set.
SharedPictures shared_pictures(const JoinedDataset& train,
                               std::span<const JoinedDataset::Part* const> validation);

}  // namespace storyteller
