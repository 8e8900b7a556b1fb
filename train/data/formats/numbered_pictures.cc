#include "train/data/formats/numbered_pictures.h"

#include <algorithm>

namespace storyteller {

namespace fs = std::filesystem;

std::string NumberedPictures::Scheme::name(uint32_t number) const {
  constexpr size_t kFolderDigits = 5;
  std::string text = std::to_string(number);
  text.insert(0, digits - std::min(digits, text.size()), '0');
  return folder + (in_folders ? text.substr(0, kFolderDigits) + "/" : "") + text + ending;
}

std::vector<NumberedPictures::Scheme> NumberedPictures::all_schemes(const std::string& part) {
  struct Digits {
    size_t digits;
    bool in_folders;
  };
  // img2dataset: five digits of a folder, then three, four or five for what lies in it.
  constexpr Digits kDigits[] = {{0, false}, {8, false}, {9, false},
                                {8, true},  {9, true},  {10, true}};
  std::vector<Scheme> all;
  for (const std::string& folder : {part + "/", std::string()}) {
    for (const Digits& of : kDigits) {
      for (const char* ending : {".jpg", ".png", ".jpeg"}) {
        all.push_back({folder, of.digits, of.in_folders, ending});
      }
    }
  }
  return all;
}

NumberedPictures::NumberedPictures(const fs::path& folder, const std::string& part, uint32_t rows)
    : schemes_(all_schemes(part)) {
  const auto is_there = [&](const Scheme& scheme, uint32_t number) {
    std::error_code failure;
    return fs::is_regular_file(folder / scheme.name(number), failure);
  };
  const auto any = [&](uint32_t number) {
    return std::any_of(schemes_.begin(), schemes_.end(),
                       [&](const Scheme& scheme) { return is_there(scheme, number); });
  };
  // Of what a thousand rows show, the rest is called alike.
  constexpr uint32_t kTried = 1000;
  const uint32_t step = std::max<uint32_t>(1, rows / kTried);
  std::vector<Scheme> seen;
  for (const Scheme& scheme : schemes_) {
    for (uint32_t number = 0; number <= rows; number += step) {
      if (!is_there(scheme, number)) continue;
      seen.push_back(scheme);
      break;
    }
  }
  if (seen.empty()) return;
  schemes_ = std::move(seen);
  if (any(0)) return;
  const std::string none = "no picture has the number 0";
  if (any(rows)) {
    first_ = 1;
    note_ = none + " and one has the number " + std::to_string(rows) +
            ": the pictures are taken to be numbered from 1";
  } else {
    note_ = none +
            ": they are taken to be numbered from 0 all the same; look at some pictures, for "
            "if the first is number 1, every caption is on the wrong one";
  }
}

std::vector<std::string> NumberedPictures::names(uint32_t row) const {
  std::vector<std::string> all;
  for (const Scheme& scheme : schemes_) all.push_back(scheme.name(row + first_));
  return all;
}

}  // namespace storyteller
