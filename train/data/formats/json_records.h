#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace storyteller {

/// Where a record stands, for messages: the line on which it ends.
struct RecordPlace {
  std::string file;
  size_t line = 0;
  /// Throws InputError: "FILE:LINE: problem".
  [[noreturn]] void fail(const std::string& problem) const;
};

/// Calls `each` for every element of those arrays of a file's top object that `keys` names, in the
/// order of the file. One element is in memory at a time beside the text, so that a file of half a
/// million captions needs little. Throws InputError, with file and line, for what is not JSON, or
/// where none of the arrays is there.
void for_each_record(const std::filesystem::path& file, const std::vector<std::string>& keys,
                     const std::function<void(const std::string& key, const nlohmann::json& record,
                                              const RecordPlace& place)>& each);

/// Members of a record. Where one is missing or of another type: InputError that names it.
std::string string_member(const nlohmann::json& record, const char* key, const RecordPlace& place);
int64_t integer_member(const nlohmann::json& record, const char* key, const RecordPlace& place);
/// Nothing where there is none; another type is an error.
std::optional<std::string> optional_string(const nlohmann::json& record, const char* key,
                                           const RecordPlace& place);

}  // namespace storyteller
