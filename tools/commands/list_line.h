#pragma once

#include <string>
#include <string_view>

namespace storyteller {

/// What a line of a list of names means.
struct ListedName {
  std::string name;
  bool comment = false;  ///< it names nothing and begins with #
};

/// The file or folder that `line` names: as it stands where that exists, else what is there under
/// the line without blanks around it, without quotes, without backslashes before blanks, out of a
/// file:// address, or in the JSON that `caption --json` prints ("image", "image_bytes"); else the
/// line without blanks around it, for whoever reports that it is missing.
ListedName name_of_line(std::string_view line);

}  // namespace storyteller
