#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace storyteller {

/// One of the data sets of a training.
struct DataSet {
  std::string name;           ///< by which settings, reports and files tell it from the others
  std::string specification;  ///< FORMAT:PATH, see open_dataset
  double weight = 1;          ///< how often a picture of it is seen in an epoch
};

/// "FORMAT:PATH" or "NAME=FORMAT:PATH". Without a name it is that of the folder or of the file
/// without its ending, or else of the format, with '_' for what is no ASCII letter, digit, '.',
/// '-' or '_'. Throws UsageError for a given name that has such a sign.
DataSet parse_data_set(std::string_view text);

/// The same of several. Throws UsageError where two have one name, which says how to give another.
std::vector<DataSet> parse_data_sets(std::span<const std::string> texts);

/// Takes weights from "NAME:2,NAME:0.5"; sets that it does not name keep theirs. `where` is what
/// messages call the list. Throws UsageError for a name that is none of theirs or comes twice.
void take_weights(std::string_view list, std::string_view where, std::vector<DataSet>* sets);

}  // namespace storyteller
