#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "train/data/formats/csv_reader.h"
#include "train/data/formats/rows.h"

namespace storyteller {

/// Adds the rows of a table. Its columns are known by their titles (field_names.h) in any case and
/// order, its separator (, ; | TAB) by the line of titles; without titles, names of pictures in the
/// first column and captions in the last are taken for what they are, which a note says. Where the
/// caption is the last column, separators belong to it; a cell may hold a list of captions, as
/// Python or JSON writes one. `split`: of rows that name none.
/// Throws InputError, with file and line, where columns are not known, or quotes not closed.
void add_table(const std::filesystem::path& file, std::optional<Split> split, Rows& rows);
/// The same of a table that is open, of which no row was read.
void add_table(CsvReader& reader, std::optional<Split> split, Rows& rows);

/// Whether a line of titles names the columns of pictures and of captions.
bool names_columns(std::string_view line);

/// The texts of ["a", "b"] or ['a', "b"]; nothing for another cell.
std::optional<std::vector<std::string>> list_cell(std::string_view cell);

}  // namespace storyteller
