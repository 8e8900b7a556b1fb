#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "train/data/dataset.h"
#include "train/data/formats/json_records.h"
#include "train/data/formats/picture_list.h"

// What rows of JSON lines, of tables and of tar shards have in common.
namespace storyteller {

/// "caption" or "text", a string, and "captions", an array of strings. Throws InputError where none
/// is there.
std::vector<std::string> caption_members(const nlohmann::json& record, const RecordPlace& place);

/// The split of a name as split_named knows it; nothing where there is none (names_no_split).
/// Throws InputError, with the place, for an unknown name.
std::optional<Split> named_split(std::string_view name, const RecordPlace& place);

/// The file itself, or the first of `names` in a folder. Throws InputError where there is none.
std::filesystem::path table_file(const std::filesystem::path& path,
                                 const std::vector<std::string>& names);

/// The pictures of a table, which lie beside it or in its folder `images`. Messages call it `name`.
std::unique_ptr<Dataset> listed_beside(const std::filesystem::path& file, const std::string& name,
                                       PictureList list, const OpenOptions& options);

}  // namespace storyteller
