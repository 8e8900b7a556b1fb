#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/csv_reader.h"
#include "train/text/split_names.h"

namespace storyteller {

/// What a row of a table says of a picture.
struct PictureRow {
  std::string_view name;                     ///< Without "#0" behind it.
  std::optional<Split> split;                ///< Nothing: the row names none.
  const std::vector<std::string>& captions;  ///< Those that are not missing.
};

/// Calls `row` for the rows of a table of which none was read, then `note` for what was guessed.
/// Its columns are known by their titles (field_names.h) in any case and order, its separator
/// (, ; | TAB) by the line of titles; without titles, names of pictures in the first column and
/// captions in the last are taken for what they are, which a note says. Where the caption is the
/// last column, separators belong to it; a cell may hold a list of captions, as Python or JSON
/// writes one.
/// Throws InputError, with file and line, where columns are not known, or quotes not closed.
void read_picture_table(CsvReader& reader, const std::function<void(const PictureRow&)>& row,
                        const std::function<void(const std::string&)>& note);

/// Whether a line of titles names the columns of pictures and of captions.
bool names_columns(std::string_view line);

/// The texts of ["a", "b"] or ['a', "b"]; nothing for another cell.
std::optional<std::vector<std::string>> list_cell(std::string_view cell);

}  // namespace storyteller
