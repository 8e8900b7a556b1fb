#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tools/apps/album/search.h"
#include "tools/apps/album/tags.h"
#include "tools/apps/album/xmp.h"

namespace storyteller::album {

/// A picture as it is exported.
struct ExportedPicture {
  PictureDetails details;
  std::string sentence;  ///< for people, hedged by its grade; "" for what is no photograph
  std::vector<std::string> tags;
};

/// Pictures of an album that have a sentence, those of `folders` (absolute, or all), by path. Calls
/// `take` with each.
void for_each_picture(Connection& connection, const TagThresholds& thresholds,
                      const std::vector<std::filesystem::path>& folders,
                      const std::function<void(const ExportedPicture&)>& take);

/// A line of CSV (RFC 4180), and that of the column names.
std::string csv_header();
std::string csv_line(const ExportedPicture& picture);

/// A field of CSV: in quotes where it needs them.
std::string csv_field(std::string_view text);

struct SidecarOptions {
  std::filesystem::path to;  ///< a folder that sidecars go to; empty: beside their pictures
  std::vector<std::filesystem::path> folders;  ///< that `to` mirrors the insides of
  std::optional<SidecarNaming> naming;
  bool overwrite = false, dry_run = false;
};

struct SidecarCounts {
  size_t written = 0, unchanged = 0;
  std::vector<std::string> left_alone;  ///< sidecars that are no XMP
  std::vector<std::string> failed;      ///< why others could not be written
};

/// Where the sidecar of a picture goes.
std::filesystem::path sidecar_target(const PictureDetails& picture, const SidecarOptions& options);

/// Writes the sidecar of a picture, or says in `counts` why not. A file appears whole or not at
/// all.
void write_sidecar(const ExportedPicture& picture, const SidecarOptions& options,
                   SidecarCounts& counts);

/// A page of all pictures as text.
std::string html_head(const std::string& title);
std::string html_row(const ExportedPicture& picture);
std::string html_foot();

}  // namespace storyteller::album
