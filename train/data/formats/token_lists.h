#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "train/data/formats/picture_list.h"

namespace storyteller {

/// Adds every line of a list of names to `split`; blank lines and repetitions are nothing.
/// `extension` is added to a name without one.
void add_names(const std::filesystem::path& file, Split split, PictureList& list,
               const std::string& extension = "");

/// Adds the captions of a token file, lines "name.jpg#k<TAB>caption", to the pictures of the list.
/// Throws InputError with file and line for another line.
void add_token_captions(const std::filesystem::path& file, PictureList& list);

/// The same of lines "name.jpg| k| caption" below a line of titles.
void add_piped_captions(const std::filesystem::path& file, PictureList& list);

}  // namespace storyteller
