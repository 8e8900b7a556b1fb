#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "train/data/dataset.h"

namespace storyteller {

/// Flickr8k as it is distributed (Hodosh, Young and Hockenmaier, JAIR 2013). Below DIR, or DIR's
/// Flickr8k_text and Flickr8k_Dataset:
///   Flickr8k.token.txt            lines "name.jpg#k<TAB>caption"
///   Flickr_8k.trainImages.txt     one name a line; devImages is `kVal`, testImages `kTest`
///   images | Images | Flicker8k_Dataset | Flickr8k_Dataset      the photographs
/// Names on the list without a photograph or a caption are skipped and recorded.
class Flickr8kDataset : public Dataset {
 public:
  /// Throws InputError naming what is missing, or the line that cannot be read.
  Flickr8kDataset(const std::filesystem::path& folder, Split split, const MaxBad& max_bad);

  size_t size() const override { return pictures_.size(); }
  std::string id(size_t i) const override { return pictures_[i].name; }
  std::vector<std::string> captions(size_t i) const override { return pictures_[i].captions; }
  Image load(size_t i, std::vector<std::string>* warnings = nullptr) const override;
  uint64_t fingerprint() const override { return fingerprint_; }
  const BadPictures& skipped() const override { return skipped_; }

  std::filesystem::path path(size_t i) const { return images_ / pictures_[i].name; }

 private:
  struct Picture {
    std::string name;
    std::vector<std::string> captions;
  };

  std::filesystem::path images_;
  std::vector<Picture> pictures_;
  BadPictures skipped_;
  uint64_t fingerprint_ = 0;
};

}  // namespace storyteller
