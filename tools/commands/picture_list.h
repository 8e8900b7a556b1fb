#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

namespace storyteller {

/// One picture that was asked for.
struct PictureName {
  std::filesystem::path path;
  bool named = true;  ///< by itself; false: found in a folder, where a few bad ones are forgiven
};

/// What `caption IMAGE|DIR|-...` means: files as they are, the JPEG and PNG files of folders in
/// order of their names, and for "-" a list of names from `input`, one a line. Throws InputError
/// for a folder without pictures.
std::vector<PictureName> list_pictures(const std::vector<std::string>& arguments,
                                       std::istream& input);

}  // namespace storyteller
