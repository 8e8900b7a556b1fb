#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "train/data/data_sets.h"
#include "train/features/split_data.h"

namespace storyteller {

/// The validation pictures of each set that has some; of the others `message` is told, which may be
/// empty. Throws NoSuchSplit where none has.
std::vector<SplitData> open_validation(std::span<const DataSet> sets, const MaxBad& max_bad,
                                       const std::function<void(const std::string&)>& message);

/// How many pictures each set has, and how often they are seen; nothing of a single one.
std::vector<std::string> lines_on_sets(std::span<const DataSet> sets, const SplitData& train);

/// Throws InputError where more pictures of one of several sets are bad than are tolerated of it,
/// few though they may be among all.
void require_each_set_readable(const SplitData& train, const BadPictures& bad, double share);

}  // namespace storyteller
