#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "train/metrics/spice/concept.h"
#include "train/metrics/spice/scene_graph.h"

namespace storyteller::spice {

/// One statement over the concepts of a graph.
struct ConceptTuple {
  std::array<uint32_t, 3> parts{};  ///< indices of concepts
  uint32_t size = 0;  ///< 1 object, 2 object and attribute, 3 object, relation, object
};

/// The scene graph of one caption, or of all references of an image, as tuples. Immutable,
/// thread-safe.
class TupleGraph {
 public:
  TupleGraph() = default;

  /// The graph of propositions: objects that are similar, directly or through others, become one;
  /// so do similar attributes of one object and similar relations between the same two. The result
  /// does not depend on the order of the propositions.
  static TupleGraph merge(std::span<const Proposition> propositions, const Thesaurus& thesaurus);
  /// One tuple a proposition, as given: what the original tool has merged already.
  static TupleGraph as_given(std::span<const Proposition> propositions, const Thesaurus& thesaurus);

  const std::vector<ConceptTuple>& tuples() const { return tuples_; }
  size_t concepts() const { return concepts_.size(); }
  const Concept& concept_at(uint32_t index) const { return *concepts_[index]; }
  /// (bench, near, lake), for people to read.
  std::string text(const ConceptTuple& tuple) const;

 private:
  uint32_t add_concept(SharedConcept meaning);

  std::vector<SharedConcept> concepts_;
  std::vector<ConceptTuple> tuples_;
};

/// The graph of references, prepared for many candidates. Immutable, thread-safe.
class ReferenceGraph {
 public:
  ReferenceGraph() = default;
  explicit ReferenceGraph(TupleGraph graph);

  const TupleGraph& graph() const { return graph_; }
  /// Concepts that share a lemma or a synonym set with `meaning`, ascending.
  std::vector<uint32_t> similar_to(const Concept& meaning) const;
  /// Tuples that begin with a concept, ascending.
  std::span<const uint32_t> beginning_with(uint32_t index) const { return by_first_[index]; }

 private:
  TupleGraph graph_;
  std::vector<std::vector<uint32_t>> by_first_;                  // [concept] tuples
  std::vector<std::pair<std::string_view, uint32_t>> by_lemma_;  // concepts, sorted
  std::vector<std::pair<uint64_t, uint32_t>> by_synset_;         // concepts, sorted
};

/// Which tuples have a counterpart: all elements similar, in order. A candidate's tuple is matched
/// with the first such reference tuple; several may be matched with the same one, as in the
/// original.
struct TupleMatches {
  std::vector<char> candidate;  ///< [tuple of the candidate]
  std::vector<char> reference;  ///< [tuple of the references]
};
TupleMatches match(const TupleGraph& candidate, const ReferenceGraph& references);

}  // namespace storyteller::spice
