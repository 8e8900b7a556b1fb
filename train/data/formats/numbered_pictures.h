#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace storyteller {

/// Pictures that downloaders named by the row of a table: "7.jpg", "00000007.jpg", or in numbered
/// folders as img2dataset has them, "00000/000000007.jpg".
class NumberedPictures {
 public:
  /// Looks for the pictures of `rows` rows in `folder`, there and in its folder `part`. Throws
  /// InputError where numbered folders are not full, so that their numbers skip rows.
  NumberedPictures(const std::filesystem::path& folder, const std::string& part, uint32_t rows);

  /// Names that the picture of a row (from 0) may have, relative to the folder.
  std::vector<std::string> names(uint32_t row) const;
  /// What had to be guessed about the numbers; "" nothing.
  const std::string& note() const { return note_; }

 private:
  struct Scheme {
    std::string folder;
    size_t digits = 0;
    bool in_folders = false;
    const char* ending = "";
    std::string name(uint32_t number) const;
  };
  static std::vector<Scheme> all_schemes(const std::string& part);
  static void require_full_folders(const std::filesystem::path& folder, const Scheme& scheme);

  std::vector<Scheme> schemes_;
  uint32_t first_ = 0;  // number of the first row
  std::string note_;
};

}  // namespace storyteller
