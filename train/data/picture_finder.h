#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace storyteller {

/// Finds the files that a list names in the folders of its pictures: by the name as it is, else as
/// people's lists differ from their disks: "./" and "\", blanks at the ends, %20, a link or an
/// absolute path in place of the name, folders in front, another case or Unicode form, no ".jpg".
/// Only files inside of the folders (or linked from there) are found. Not synchronised.
class PictureFinder {
 public:
  explicit PictureFinder(std::vector<std::filesystem::path> folders);

  struct Found {
    std::filesystem::path file;  ///< Empty: nowhere.
    std::string way = {};        ///< What helped, "in another case"; empty: the name as it is.
    bool cut = false;            ///< Folders in front of the name were left out.
    std::string problem = {};    ///< Where nothing was found, why.
  };
  Found find(const std::string& name);

  /// "FOLDER, FOLDER".
  std::string folders_text() const;

 private:
  /// Files of a folder by their folded names.
  using Names = std::unordered_map<std::u32string, std::vector<std::string>>;

  Found find_in_all_ways(const std::string& name);
  Found find_form(const std::string& form, const std::string& way);
  Found find_relative(const std::filesystem::path& name, const std::string& way);
  std::filesystem::path in_any_case(const std::filesystem::path& folder,
                                    const std::filesystem::path& name);
  const Names& names_in(const std::filesystem::path& folder);
  std::filesystem::path inside(const std::filesystem::path& file) const;
  std::string proposal(const std::filesystem::path& name) const;

  std::vector<std::filesystem::path> folders_;
  std::vector<std::filesystem::path> roots_;  // the same, canonical; empty: not there
  std::unordered_map<std::string, Names> names_;
  mutable int proposals_ = 0;
  size_t in_vain_ = 0;
  bool any_helped_ = false;
};

/// Counts what helped to find pictures, for a note of each way with its number and an example.
class FoundWays {
 public:
  void count(const std::string& way, const std::string& name, const std::string& file);
  /// "SOURCE: 40 pictures were found in another case, such as 'a.JPG' as 'a.jpg'".
  std::vector<std::string> notes(const std::string& source) const;

 private:
  struct Way {
    size_t pictures = 0;
    std::string name, file;  // the first
  };
  std::map<std::string, Way> ways_;
};

}  // namespace storyteller
