#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "tools/apps/album/sqlite.h"

namespace storyteller::album {

/// A picture's file, by name and what the file system says of it: it is not opened.
struct FoundFile {
  std::string name;  ///< below the folder that was walked
  std::int64_t size = 0, mtime_ns = 0;
};

/// Files with the ending of a JPEG or PNG in a folder and those inside, not through links to
/// folders; without hidden ones, what systems put beside pictures, folders in `apart`, and
/// galleries that this program made. What cannot be listed is in `unreadable`.
std::vector<FoundFile> find_pictures(const std::filesystem::path& folder,
                                     const std::vector<std::filesystem::path>& apart,
                                     std::vector<std::string>* unreadable);

/// Whether a file is a picture by its name: .jpg, .jpeg, .jpe, .jfif or .png in any case.
bool is_picture_name(const std::string& name);

/// A folder of a gallery holds a file of this name.
inline constexpr const char* kGalleryMark = ".storyteller-gallery";

/// What a scan found out about one root.
struct ScanResult {
  std::int64_t root = 0;
  size_t found = 0;        ///< pictures that are there
  size_t fresh = 0;        ///< new, changed, or to be captioned anew
  size_t missing = 0;      ///< that were there before
  bool unmounted = false;  ///< so many are missing that their disk is
  std::vector<std::string> unreadable;
};

struct ScanOptions {
  bool recaption = false;  ///< queue also what is not changed
  double unmounted = 0.2;  ///< share of a root that is missing at once when its disk is
};

/// Brings the list of the pictures of a folder, or of the one file, up to date, and queues those
/// that are new or changed. No picture is opened. Throws InputError where there is no such folder
/// and no pictures of it are known.
ScanResult scan(Connection& connection, const std::filesystem::path& asked,
                const ScanOptions& options);

/// Pictures that are missing, to be forgotten: of these roots; with `older_than` only those that
/// went missing before that time ("2026-05-03T10:00:00Z").
std::vector<std::int64_t> missing_pictures(Connection& connection,
                                           const std::vector<std::int64_t>& roots,
                                           const std::string& older_than);

/// "2026-04-03T10:00:00Z", so many days ago.
std::string utc_days_ago(int days);

}  // namespace storyteller::album
