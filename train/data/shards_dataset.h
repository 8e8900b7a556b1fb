#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "train/data/dataset.h"
#include "train/data/formats/picture_list.h"
#include "train/data/formats/shard_files.h"
#include "train/data/formats/shard_samples.h"

namespace storyteller {

/// Pictures with captions in tar files. Opening reads the archives' headers and captions once; a
/// picture is then read at its place. A key belongs to its archive: where another archive has it
/// too, that is another picture, called "ARCHIVE/KEY"; only pictures without captions and captions
/// without a picture find each other across archives.
class ShardsDataset : public Dataset {
 public:
  /// What find_shards takes; see open_shards.
  ShardsDataset(const std::filesystem::path& path, Split split, const OpenOptions& options);

  size_t size() const override { return kept_.size(); }
  /// The name in the picture's JSON ("file_name") where all are different, else the key.
  std::string id(size_t i) const override;
  std::vector<std::string> captions(size_t i) const override { return list_.captions_of(kept_[i]); }
  Image load(size_t i, std::vector<std::string>* warnings = nullptr) const override;
  std::string picture_bytes(size_t i) const override;
  uint64_t stored_bytes(size_t i) const override { return places_[kept_[i]].bytes; }
  uint64_t fingerprint() const override { return fingerprint_; }
  const BadPictures& skipped() const override { return skipped_; }
  std::vector<std::string> notes() const override { return notes_; }

 private:
  struct Place {
    uint64_t offset = 0;
    uint32_t bytes = 0;
    uint32_t shard = 0;
    bool has_picture = false, has_captions = false;
  };
  /// What is counted while archives are read, and told at the end.
  struct Counts {
    std::map<std::string, Counted> other;
    Counted again, twice, not_utf8, same_key, without_mark, not_named, other_split;
  };

  void read(uint32_t shard, Split split, Counts& counts);
  void add(ShardSample&& sample, uint32_t shard, Split split, Counts& counts);
  /// The picture of a sample: a new one, or the half that it completes.
  size_t picture_of(const ShardSample& sample, uint32_t shard, Split split, Counts& counts);
  void keep(size_t picture, std::string* digest);
  void tell(const std::string& source, const Counts& counts);
  void choose_names();
  [[noreturn]] void fail_without_pictures(const std::string& source) const;

  std::vector<ShardFile> shards_;
  PictureList list_;
  std::vector<Place> places_;  // by number in list_
  std::vector<uint32_t> kept_;
  std::vector<std::string> notes_;
  BadPictures skipped_;
  std::unordered_map<size_t, std::string> problems_;  // by number in list_, while opening
  TextArena file_names_;                              // by number in list_
  bool by_file_name_ = false;
  uint64_t fingerprint_ = 0;
  bool named_ = false;  // a split was named, in a file's name or in a JSON
};

}  // namespace storyteller
