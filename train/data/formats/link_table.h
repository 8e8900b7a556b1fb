#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace storyteller {

/// One picture of a table of captions and links.
struct LinkRow {
  std::string_view caption, link;
  uint32_t number = 0;  ///< Of the row, from 0; titles and blank lines do not count.
};

/// Reads tables as Conceptual Captions are handed out: "caption<TAB>link", the two the other way
/// round, more columns beside them, with titles or without, between tabs or (in a file called .csv)
/// commas. A link is what has "://"; where no row has one, the last column is the picture's path.
/// Returns a note on bytes that are not UTF-8; "" for none. Throws InputError, with the line, for a
/// row of one column.
std::string for_each_link(const std::filesystem::path& file,
                          const std::function<void(const LinkRow& row)>& each);

}  // namespace storyteller
