#pragma once

#include <string_view>

#include "train/metrics/files/caption_file.h"

namespace storyteller {

/// Reads captions from a text that is a table, into `file`, whose name stands for it in messages:
///   - its first line names the columns of images and captions (field_names.h), between commas,
///     semicolons, bars or tabs;
///   - without titles, every line begins with the name or the number of an image and a separator;
///   - one column with a title ("caption"): then the captions go by line, a note says.
/// Returns false where the text is none of these.
/// @param named The file is called .csv or .tsv: separators in a first line that names no columns
///   are an error then.
/// Throws InputError for that, and where every line begins with a picture's name and no separator
/// stands behind it: to score the names as words would be wrong.
bool parse_caption_table(std::string_view text, bool named, CaptionFile& file);

}  // namespace storyteller
