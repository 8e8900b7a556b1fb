#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace storyteller {

/// What a count or a score is about. Attributes that name a colour, a number or a size are counted
/// among the attributes too.
enum class SpiceCategory { kAll, kObject, kRelation, kAttribute, kColor, kCardinality, kSize };
constexpr size_t kSpiceCategories = 7;
/// "All", "Object", ..., as the original tool's output has them.
std::string_view name_of(SpiceCategory category);

/// Tuples of one category: those of the candidate with a counterpart among the references, those
/// without, and reference tuples that remain (|references| - matched; can be negative, since two
/// candidate tuples may match the same reference tuple).
struct SpiceCount {
  int64_t matched = 0, candidate_only = 0, reference_only = 0;

  int64_t candidates() const { return matched + candidate_only; }
  int64_t references() const { return matched + reference_only; }
  /// In [0, 1]; 0 where a denominator is 0.
  double precision() const;
  double recall() const;
  /// 2PR / (P + R).
  double f1() const;
  bool operator==(const SpiceCount&) const = default;
};

/// F1 by category; nothing where the references have no tuple of it.
using SpiceCategoryScores = std::array<std::optional<double>, kSpiceCategories>;

/// The counts of one image, by category.
struct SpiceCounts {
  std::array<SpiceCount, kSpiceCategories> categories;
  const SpiceCount& of(SpiceCategory category) const {
    return categories[static_cast<size_t>(category)];
  }
  /// F1 of all tuples: the image's SPICE score, in [0, 1]; 0 if the references say nothing.
  double f1() const { return of(SpiceCategory::kAll).f1(); }
  /// F1 of a category; nothing where the references have no tuple of it (the original's null; for
  /// kAll that is 0).
  std::optional<double> f1(SpiceCategory category) const;
  SpiceCategoryScores f1_by_category() const;
};

/// Scores of a set of images.
struct SpiceScores {
  double f1 = 0;  ///< mean of the images' F1: SPICE
  /// Mean over the images whose references have tuples of the category; nothing if none has.
  SpiceCategoryScores categories;
};
/// Sums in the order of images. Throws InputError if there is none.
SpiceScores spice_scores(const std::vector<SpiceCounts>& images);

}  // namespace storyteller
