#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "train/rating/rating_sheet.h"

namespace storyteller {

/// Finds the image file of an image id in a folder, as sheets of ratings need it.
class ImageFinder {
 public:
  /// `file_names`: id -> file, as annotations have it (parse_picture_names). Throws InputError
  /// where there is no such folder, or no JPEG or PNG file in it.
  ImageFinder(const std::string& folder, std::unordered_map<std::string, std::string> file_names);

  /// The file that annotations name, else ID, ID.jpg and the like, else a name that ends in the
  /// number of the id, as COCO's do (COCO_val2014_000000391895.jpg). Empty: none.
  std::filesystem::path find(const std::string& id) const;
  /// As it was given.
  const std::string& folder() const { return folder_; }

 private:
  using Files = std::unordered_map<std::string, std::filesystem::path>;

  static void add(const std::string& name, const std::filesystem::path& path, Files* files);
  static std::filesystem::path found(const std::string& name, const Files& files);
  static std::optional<std::string> trailing_number(const std::string& text);

  std::string folder_;
  Files by_name_, by_stem_, by_number_;
  std::unordered_map<std::string, std::string> file_names_;
};

/// Images that can be rated: all systems caption them, there is a reference where `references` is
/// not null, and their file is there. `notes` receives how many others there are, and why not.
/// Throws InputError where none is left.
std::vector<std::string> ratable_images(const std::vector<RatedSystem>& systems,
                                        const std::vector<FiledCaption>* references,
                                        const ImageFinder& images, std::vector<std::string>* notes);

}  // namespace storyteller
