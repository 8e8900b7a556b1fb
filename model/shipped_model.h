#pragma once

#include <filesystem>
#include <string>

namespace storyteller {

/// The model that is used when none is named, by its name in models/ of the source tree. Others
/// lie beside it.
inline constexpr const char* kShippedModel = "everyday.storyteller";

/// Where the model that comes with `program` lies if it is there: in the share folder of an
/// installed copy (share/storyteller/models beside bin), and in models/ of the source tree for a
/// program in its build folder, where a link stands for the share folder. So a copy can be moved.
std::filesystem::path shipped_model(const std::filesystem::path& program);

/// The model that a program uses: `given`, else STORYTELLER_MODEL, else the one shipped with it.
/// Throws UsageError that names all these places where there is none, and ModelError where
/// STORYTELLER_MODEL names nothing, or either a folder or a shipped model without its folder.
std::string model_to_use(const std::string& given, const std::filesystem::path& program);

}  // namespace storyteller
