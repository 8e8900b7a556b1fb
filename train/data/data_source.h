#pragma once

#include <filesystem>
#include <string_view>

namespace storyteller {

/// What "FORMAT:PATH" says (see open_dataset). The text must outlive it.
struct DataSource {
  std::string_view format;  ///< "jsonl"
  std::string_view rest;    ///< behind the colon: a path, or the options of drawn scenes

  explicit DataSource(std::string_view specification);
  /// Of the files, with the home directory for a leading "~"; empty for drawn scenes, and where
  /// none is named.
  std::filesystem::path path() const;
};

}  // namespace storyteller
