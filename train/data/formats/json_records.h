#pragma once

#include <cstddef>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace storyteller {

/// Where a record begins, for messages.
struct RecordPlace {
  std::string file;
  size_t line = 0;           ///< 0: the file is one line, and its number tells nothing.
  std::string element = {};  ///< "annotations[39]", counted from 0; "" where the line tells all.
  /// "FILE:LINE: ELEMENT".
  std::string text() const;
  /// Throws InputError: "FILE:LINE: ELEMENT: problem".
  [[noreturn]] void fail(const std::string& problem) const;
};

/// An id as one text, however it is written: 42, 42.0, "42" and "000000000042" are "42"; other
/// strings are themselves. Throws InputError where the member is absent or is no id.
std::string id_member(const nlohmann::json& record, const char* key, const RecordPlace& place);

}  // namespace storyteller
