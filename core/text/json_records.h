#pragma once

#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

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

/// What nlohmann's parser says is wrong with `text`, without its name and number in front, and the
/// way out where the text is not UTF-8; printable.
std::string json_problem(const std::exception& error, std::string_view text);

/// The digits of a number that is whole, also where it is written 42.0; nothing for other values.
std::optional<std::string> whole_number(const nlohmann::json& value);

/// An id as one text, however it is written: 42, 42.0, "42" and "000000000042" are "42"; other
/// strings are themselves. Throws InputError where the member is absent or is no id.
std::string id_member(const nlohmann::json& record, const char* key, const RecordPlace& place);

}  // namespace storyteller
