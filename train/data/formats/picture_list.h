#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/text_set.h"
#include "train/data/dataset.h"

namespace storyteller {

/// What the files of a data set name: all pictures with the split that each belongs to, and the
/// captions of one split. Compact: a million captions take their characters and a few bytes more.
class PictureList {
 public:
  /// Captions of `wanted` alone are kept.
  explicit PictureList(Split wanted) : wanted_(wanted) {}

  Split wanted() const { return wanted_; }
  /// The number of the picture called `name` ("./a//b.jpg" is "a/b.jpg"), added to `split` where it
  /// is new. A picture keeps the split that it was first added to; another is counted (see notes).
  size_t add(std::string_view name, Split split, bool* is_new = nullptr);
  std::optional<size_t> find(std::string_view name) const;
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
  /// To be called before the first picture where captions of all splits are kept: for formats that
  /// learn of the split after the captions.
  void keep_all_captions() { keep_all_ = true; }

  /// Whether captions that stand twice for their picture count once.
  enum class Repeats { kOnce, kKept };
  /// Once, after the last caption: `captions_of` works from then on. A few repeated captions are
  /// left in any case, for two people do write the same words; so many that the file repeats itself
  /// are told in a note.
  void finish(Repeats repeats = Repeats::kOnce);
  /// Frees what makes `find` fast.
  void forget_names() { names_.forget_table(); }
  /// What the list says twice or against itself, a line each with number and example.
  std::vector<std::string> notes(const std::string& source) const;
  /// Adds to them what whoever fills the list has to say.
  void add_note(std::string note) { notes_.push_back(std::move(note)); }
  std::vector<std::string> captions_of(size_t picture) const;
  size_t captions_count(size_t picture) const { return begin_[picture + 1] - begin_[picture]; }
  /// Why a picture's captions are of no use: "no captions", "no words in its captions" (such as
  /// "..." or an emoji); "" where they are.
  std::string captions_problem(size_t picture) const;

 private:
  void count_repeated_captions();

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
  std::vector<std::string> notes_;
  size_t conflicts_ = 0, repeated_ = 0;
  Repeats repeats_ = Repeats::kOnce;
  std::string conflict_, repeated_caption_;  // an example of each
};

}  // namespace storyteller
