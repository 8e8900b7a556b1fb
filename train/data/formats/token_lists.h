#pragma once

#include <array>
#include <cstddef>
#include <filesystem>

#include "train/data/formats/rows.h"
#include "train/data/split_overlap.h"

namespace storyteller {

/// What a list of names held.
struct AddedNames {
  size_t names = 0;
  std::array<SplitOverlap, 3> shared = {};  ///< Names that another list has, by that one's split.
};
/// Adds every line of a list of names to `split`; blank lines and repetitions are nothing.
AddedNames add_names(const std::filesystem::path& file, Split split, Rows& rows);

/// Adds the captions of a token file, lines "name.jpg#k<TAB>caption". Throws InputError with file
/// and line for another line.
void add_token_captions(const std::filesystem::path& file, Rows& rows);

/// Whether a file is one of tokens, by its name or its first line.
bool is_token_file(const std::filesystem::path& file);

}  // namespace storyteller
