#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "train/metrics/ngram/references.h"
#include "train/metrics/spice/syntax_model.h"
#include "train/metrics/spice/tuple_graph.h"

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

/// Counts of the tuples of `candidate` against those of `references`.
SpiceCounts spice_counts(const spice::TupleGraph& candidate,
                         const spice::ReferenceGraph& references);

/// What SPICE-native knows of English: tagger, parser, WordNet. Immutable, thread-safe; shared.
class SpiceModel {
 public:
  /// `language` null takes the built-in model.
  explicit SpiceModel(std::shared_ptr<const WordNet> wordnet,
                      std::shared_ptr<const spice::SyntaxModel> language = nullptr);

  const spice::Thesaurus& thesaurus() const { return thesaurus_; }
  const spice::SyntaxModel& language() const { return *language_; }
  /// What one caption says. Any tokens, none included.
  std::vector<spice::Proposition> propositions(const Tokens& caption) const;
  /// The graph of all captions together.
  spice::TupleGraph graph(const std::vector<Tokens>& captions) const;

 private:
  spice::Thesaurus thesaurus_;
  std::shared_ptr<const spice::SyntaxModel> language_;
};

/// Scene graphs of the references of many images, made once. Scoring is const and thread-safe.
///
/// SPICE (Anderson et al. 2016, "SPICE: Semantic Propositional Image Caption Evaluation") compares
/// what captions say: objects, attributes and relations, read off a dependency tree. The
/// original's parser is not this one, so that scores differ from the original's (SPICE-native);
/// with imported tuples (spice_import.h) they are the original's.
class SpiceReferences {
 public:
  /// Tokens as ptb_tokenize gives them. `threads` 0 means one per core; it changes no result.
  /// Throws InputError if there is no image, or an image without references.
  SpiceReferences(const TokenizedReferences& references, std::shared_ptr<const SpiceModel> model,
                  int threads = 0);

  size_t images() const { return graphs_.size(); }
  /// The merged graph of an image. Throws InternalError if `image` is not below images().
  const spice::TupleGraph& graph(size_t image) const { return at(image).graph(); }
  const SpiceModel& model() const { return *model_; }
  /// Throws InternalError if `image` is not below images(). An empty hypothesis scores 0.
  SpiceCounts score(size_t image, const Tokens& hypothesis) const;
  /// hypotheses[i] against image i. Throws InputError if there is not exactly one for each.
  std::vector<SpiceCounts> score_all(const std::vector<Tokens>& hypotheses, int threads = 0) const;

 private:
  const spice::ReferenceGraph& at(size_t image) const;

  std::shared_ptr<const SpiceModel> model_;
  std::vector<spice::ReferenceGraph> graphs_;  // [image]
};

}  // namespace storyteller
