#include "train/data/formats/numbered_pictures.h"

#include <algorithm>

#include "core/error.h"
#include "core/system/printable.h"

namespace storyteller {

namespace fs = std::filesystem;

namespace {
constexpr size_t kFolderDigits = 5;
}

std::string NumberedPictures::Scheme::name(uint32_t number) const {
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
      for (const char* ending : {".jpg", ".png", ".jpeg", ".JPG", ".JPEG", ".PNG"}) {
        all.push_back({folder, of.digits, of.in_folders, ending});
      }
    }
  }
  return all;
}

void NumberedPictures::require_full_folders(const fs::path& folder, const Scheme& scheme) {
  if (!scheme.in_folders) return;
  const fs::path first = folder / scheme.folder / "00000";
  std::error_code failure;
  if (!fs::is_directory(folder / scheme.folder / "00001", failure)) return;
  size_t there = 0;  // numbers of the first folder, by the last one in it
  for (const auto& entry : fs::directory_iterator(first, failure)) {
    const std::string stem = entry.path().stem().string();
    const bool counts = stem.size() == scheme.digits && entry.path().extension() == scheme.ending &&
                        stem.find_first_not_of("0123456789") == std::string::npos;
    if (counts) there = std::max<size_t>(there, std::stoul(stem) + 1);
  }
  size_t room = 1;
  for (size_t digit = kFolderDigits; digit < scheme.digits; ++digit) room *= 10;
  // Downloads that failed leave gaps; a tenth of a folder without any picture is no gap.
  if (there == 0 || there >= room - room / 10) return;
  throw InputError(printable(first.string(), 400) + ": its numbers end at " +
                   std::to_string(there - 1) + " and those of the next folder begin at " +
                   std::to_string(room) +
                   ", so they count the rows of each folder and not of the table, and which row a "
                   "picture is of is not known; pack the pictures with the captions that were "
                   "downloaded beside them and read them as shards: tar -cf 00000.tar 00000");
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
  for (const Scheme& scheme : schemes_) require_full_folders(folder, scheme);
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
