#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/json_records.h"
#include "train/text/split_names.h"

// What the records of JSON lines, of JSON files, of tables and of tar shards have in common:
// docs/your-own-data.md shows their forms.
namespace storyteller {

/// The captions of a record, under any name of field_names.h: a string, an array of strings or of
/// objects with "raw" (or "caption", "tokens", ...), or a conversation, of which the answers are
/// captions. Null, false, numbers and "nan" are no captions; none at all is an empty result.
std::vector<std::string> caption_members(const nlohmann::json& record);

/// The caption that was divided into words: ["a", "dog"].
std::string joined_tokens(const nlohmann::json& tokens);

/// The picture's name under any name of field_names.h: a string, a number, or an object with
/// "path"; "filepath/filename" where both are there. Throws InputError where there is none.
std::string picture_member(const nlohmann::json& record, const RecordPlace& place);

/// The split that "split" (or "subset", "partition", "set_name") names; nothing where there is
/// none. Throws InputError, with the place, where "split" is an unknown name.
std::optional<Split> split_member(const nlohmann::json& record, const RecordPlace& place);

/// The split of a name as split_named knows it; nothing where there is none (names_no_split).
/// Throws InputError, with the place, for an unknown name.
std::optional<Split> named_split(std::string_view name, const RecordPlace& place);

}  // namespace storyteller
