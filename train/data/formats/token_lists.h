#pragma once

#include <filesystem>
#include <string>

#include "train/data/formats/rows.h"

namespace storyteller {

/// Names of a list that another list has already.
struct ListedTwice {
  size_t names = 0, count = 0;  ///< In the list; of these, in the other split.
  std::string example = {};
  Split other = Split::kTrain;
};
/// Adds every line of a list of names to `split`; blank lines and repetitions are nothing.
ListedTwice add_names(const std::filesystem::path& file, Split split, Rows& rows);

/// Adds the captions of a token file, lines "name.jpg#k<TAB>caption". Throws InputError with file
/// and line for another line.
void add_token_captions(const std::filesystem::path& file, Rows& rows);

/// Whether a file is one of tokens, by its name or its first line.
bool is_token_file(const std::filesystem::path& file);

}  // namespace storyteller
