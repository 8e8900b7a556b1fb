#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "train/data/dataset.h"

namespace storyteller {

/// The pictures of several data sets, one set behind the other. Sets may have pictures of equal
/// names: here a picture is called NAME/ID. What is kept of pictures is kept of each part by
/// itself.
class JoinedDataset : public Dataset {
 public:
  struct Part {
    std::string name;
    std::unique_ptr<Dataset> dataset;
    size_t begin = 0;  ///< index of its first picture here; made by the constructor

    size_t end() const { return begin + dataset->size(); }
    std::string prefix() const { return name + "/"; }
  };

  /// At least one; no two of one name.
  explicit JoinedDataset(std::vector<Part> parts);

  const std::vector<Part>& parts() const { return parts_; }

  size_t size() const override { return parts_.back().end(); }
  std::string id(size_t i) const override;
  std::vector<std::string> captions(size_t i) const override;
  bool has_picture(size_t i) const override;
  Image load(size_t i, std::vector<std::string>* warnings) const override;
  std::string picture_bytes(size_t i) const override;
  uint64_t stored_bytes(size_t i) const override;
  std::vector<ObjectMask> object_masks(size_t i) const override;
  std::vector<WordTarget> word_targets(size_t i,
                                       const std::vector<std::string>& tokens) const override;
  uint64_t fingerprint() const override;
  const BadPictures& skipped() const override { return skipped_; }
  std::vector<std::string> notes() const override;

 private:
  const Part& part_of(size_t i) const;

  std::vector<Part> parts_;
  BadPictures skipped_;
};

}  // namespace storyteller
