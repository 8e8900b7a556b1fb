#pragma once

#include <memory>
#include <string_view>

#include "train/data/dataset.h"
#include "train/data/scene.h"

namespace storyteller {

/// Drawn scenes with five captions each, rendered on the fly: nothing is read or stored.
class ScenesDataset : public Dataset {
 public:
  struct Options {
    uint64_t seed = 1;
    int side = 96;  ///< Pixels.
    size_t train = 12000, val = 1000, test = 1000;
  };

  /// Throws UsageError where `side` or a count is out of range.
  ScenesDataset(const Options& options, Split split);

  size_t size() const override;
  std::string id(size_t i) const override;  ///< "scene-val-000017"
  std::vector<std::string> captions(size_t i) const override;
  Image load(size_t i, std::vector<std::string>* warnings = nullptr) const override;
  std::string picture_bytes(size_t i) const override;  ///< A PNG.
  std::vector<ObjectMask> object_masks(size_t i) const override;
  std::vector<WordTarget> word_targets(size_t i,
                                       const std::vector<std::string>& tokens) const override;
  uint64_t fingerprint() const override;
  const BadPictures& skipped() const override { return none_; }

  /// The ground truth.
  scenes::Scene scene(size_t i) const;

  /// One object, of a combination that training never showed: what composition is scored on.
  bool is_single_held_out(size_t i) const;

 protected:
  /// The seed, which is in the fingerprint, says all.
  uint64_t picture_hash(size_t i) const override { return i; }

 private:
  Options options_;
  Split split_;
  BadPictures none_;
};

/// Options after "scenes:": seed, side, train, val, test, as in "scenes:side=64,train=4000".
/// Throws UsageError for unknown keys and values that are no numbers.
std::unique_ptr<ScenesDataset> open_scenes(std::string_view options, Split split);

}  // namespace storyteller
