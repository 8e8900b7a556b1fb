#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "train/metrics/ngram/references.h"
#include "train/metrics/spice/spice_counts.h"
#include "train/metrics/spice/syntax_model.h"
#include "train/metrics/spice/tuple_graph.h"

namespace storyteller {

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
  /// One graph of all the captions against that of the image.
  SpiceCounts score_together(size_t image, const std::vector<Tokens>& captions) const;
  /// hypotheses[i] against image i. Throws InputError if there is not exactly one for each.
  std::vector<SpiceCounts> score_all(const std::vector<Tokens>& hypotheses, int threads = 0) const;

 private:
  const spice::ReferenceGraph& at(size_t image) const;

  std::shared_ptr<const SpiceModel> model_;
  std::vector<spice::ReferenceGraph> graphs_;  // [image]
};

}  // namespace storyteller
