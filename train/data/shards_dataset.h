#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "train/data/dataset.h"
#include "train/data/formats/picture_list.h"

namespace storyteller {

/// Pictures with captions in tar files. Opening reads the archives' headers and captions once; a
/// picture is then read at its place.
class ShardsDataset : public Dataset {
 public:
  /// A file, or a folder of .tar files taken in the order of their names; see open_shards.
  ShardsDataset(const std::filesystem::path& path, Split split, const OpenOptions& options);

  size_t size() const override { return kept_.size(); }
  std::string id(size_t i) const override { return std::string(list_.name(kept_[i])); }
  std::vector<std::string> captions(size_t i) const override { return list_.captions_of(kept_[i]); }
  Image load(size_t i, std::vector<std::string>* warnings = nullptr) const override;
  std::string picture_bytes(size_t i) const override;
  uint64_t fingerprint() const override { return fingerprint_; }
  const BadPictures& skipped() const override { return skipped_; }
  std::vector<std::string> notes() const override { return notes_; }

 private:
  struct Place {
    uint64_t offset = 0;
    uint32_t bytes = 0;  ///< 0: there are captions and no picture.
    uint32_t shard = 0;
  };

  void read_shard(uint32_t shard, bool split_in_name, Split split);

  std::vector<std::filesystem::path> shards_;
  PictureList list_;
  std::vector<Place> places_;  // by number in list_
  std::vector<uint32_t> kept_;
  std::vector<std::string> notes_;
  BadPictures skipped_;
  uint64_t fingerprint_ = 0;
  bool named_ = false;  // a split was named, in a file's name or in a JSON
};

}  // namespace storyteller
