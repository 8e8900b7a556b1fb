#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace storyteller {

/// What a folder holds for someone who looks for pictures; every list is in order of names.
struct PictureFolder {
  /// Files with the ending of a JPEG or PNG, and others whose first bytes are those of one. Links
  /// that lead nowhere are among them: whoever reads them will say so.
  std::vector<std::filesystem::path> pictures;
  std::vector<std::filesystem::path> subfolders;      ///< not hidden ones, not those of thumbnails
  std::vector<std::filesystem::path> linked_folders;  ///< subfolders that are symbolic links
  /// Pictures that are not read: how many of each ending (".heic"), and one of them.
  std::map<std::string, std::size_t> other_kinds;
  std::string other_example;
  /// Pictures by their names, yet pipes, sockets or devices.
  std::vector<std::filesystem::path> not_files;
  std::size_t drawings = 0;  ///< strips of attention that this program drew (see kDrawnFrom)
};

/// Keyword of the text by which this program knows its own drawings again (see PngText): found in a
/// folder they are no pictures to caption.
inline constexpr std::string_view kDrawnFrom = "storyteller drawn from";

/// Looks through one folder, not through those inside. What systems put beside pictures is passed
/// over: see is_clutter. Opens regular files alone. Throws InputError where it cannot be listed.
PictureFolder list_picture_folder(const std::filesystem::path& folder);

/// The pictures of a folder and, where that is asked for, of the folders inside; of what cannot be
/// listed none.
std::vector<std::filesystem::path> pictures_below(const std::filesystem::path& folder,
                                                  bool recursive);

/// Whether systems make files or folders of this name beside people's own: "._a.jpg" (macOS, on
/// foreign disks), "__MACOSX", "@eaDir", "Thumbs.db", ".DS_Store" and the like.
bool is_clutter(std::string_view name);

/// "3 .heic, 1 .webp": the other kinds of a folder; empty where there are none.
std::string other_kinds_text(const PictureFolder& folder);

}  // namespace storyteller
