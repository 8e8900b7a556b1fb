#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "train/data/dataset.h"
#include "train/text_set.h"

namespace storyteller {

/// What the files of a data set name: all pictures with the split that each belongs to, and the
/// captions of one split. Compact: a million captions take their characters and a few bytes more.
class PictureList {
 public:
  /// Captions of `wanted` alone are kept.
  explicit PictureList(Split wanted) : wanted_(wanted) {}

  Split wanted() const { return wanted_; }
  /// The number of the picture called `name`, added to `split` where it is new. A picture keeps the
  /// split that it was first added to.
  size_t add(std::string_view name, Split split, bool* is_new = nullptr);
  std::optional<size_t> find(std::string_view name) const {
    const uint32_t picture = names_.find(name);
    return picture == TextSet::kAbsent ? std::nullopt : std::optional<size_t>(picture);
  }
  /// A caption of nothing but white space is left out.
  void add_caption(size_t picture, std::string_view caption);

  size_t size() const { return names_.size(); }
  std::string_view name(size_t picture) const { return names_[picture]; }
  Split split(size_t picture) const { return splits_[picture]; }
  /// What Dataset::number says of a picture.
  void set_number(size_t picture, int64_t number);
  std::optional<int64_t> number(size_t picture) const;
  /// Pictures of a split, with captions or without.
  size_t count(Split split) const { return counts_[static_cast<size_t>(split)]; }
  /// "train 6000, val 1000".
  std::string counts_text() const;
  void move(size_t picture, Split split) {
    --counts_[static_cast<size_t>(splits_[picture])];
    ++counts_[static_cast<size_t>(split)];
    splits_[picture] = split;
  }
  /// Moves every picture to the split that `split_of(name)` says.
  template <class SplitOf>
  void divide(const SplitOf& split_of) {
    counts_ = {};
    for (size_t i = 0; i < splits_.size(); ++i) {
      splits_[i] = split_of(names_[i]);
      ++counts_[static_cast<size_t>(splits_[i])];
    }
  }
  /// To be called before the first picture where captions of all splits are kept: for formats that
  /// learn of the split after the captions.
  void keep_all_captions() { keep_all_ = true; }

  /// Once, after the last caption: `captions_of` works from then on and `find` no longer fast.
  void finish();
  std::vector<std::string> captions_of(size_t picture) const;
  size_t captions_count(size_t picture) const { return begin_[picture + 1] - begin_[picture]; }
  /// Why a picture's captions are of no use: "no captions", "no words in its captions" (such as
  /// "..." or an emoji); "" where they are.
  std::string captions_problem(size_t picture) const;

 private:
  Split wanted_;
  bool keep_all_ = false;
  TextSet names_;
  std::vector<Split> splits_;
  std::array<size_t, 3> counts_{};
  std::vector<std::optional<int64_t>> numbers_;  // of pictures; shorter where the rest has none
  TextArena captions_;
  std::vector<uint32_t> owner_;    // (captions) picture; until finish()
  std::vector<uint32_t> begin_;    // (pictures + 1) into ordered_
  std::vector<uint32_t> ordered_;  // (captions) by picture, then as they came
};

}  // namespace storyteller
