#include "train/metrics/spice/tuple_graph.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <unordered_map>
#include <utility>

namespace storyteller::spice {
namespace {

/// Classes of things that are similar, directly or through others.
class UnionFind {
 public:
  explicit UnionFind(size_t count) : parent_(count) {
    std::iota(parent_.begin(), parent_.end(), 0);
  }
  uint32_t find(uint32_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(uint32_t a, uint32_t b) {
    a = find(a), b = find(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<uint32_t> parent_;
};

/// Concepts of names, similar ones joined.
struct Classes {
  std::vector<SharedConcept> meanings;
  std::vector<uint32_t> of;  // [name] index in `meanings`
};

void join_pairs(const std::vector<SharedConcept>& single, UnionFind& classes) {
  for (uint32_t i = 1; i < single.size(); ++i) {
    for (uint32_t j = 0; j < i; ++j) {
      if (similar(*single[i], *single[j])) classes.join(i, j);
    }
  }
}

/// The same for many, in time of sorting them.
void join_sorted(const std::vector<SharedConcept>& single, UnionFind& classes) {
  std::vector<std::pair<uint64_t, uint32_t>> entries;
  for (uint32_t i = 0; i < single.size(); ++i) {
    for (const uint64_t synset : single[i]->synsets) entries.emplace_back(synset, i);
  }
  std::sort(entries.begin(), entries.end());
  for (size_t e = 1; e < entries.size(); ++e) {
    if (entries[e].first == entries[e - 1].first) {
      classes.join(entries[e].second, entries[e - 1].second);
    }
  }
}

/// `names` distinct and sorted, so that the result does not depend on their order in captions.
Classes join_similar(const std::vector<std::string_view>& names, const Thesaurus& thesaurus) {
  constexpr size_t kFew = 16;
  std::vector<SharedConcept> single;
  single.reserve(names.size());
  for (const std::string_view name : names) single.push_back(thesaurus.concept_of(name));
  UnionFind classes(names.size());
  (names.size() <= kFew ? join_pairs : join_sorted)(single, classes);
  Classes out;
  out.of.resize(names.size());
  for (uint32_t i = 0; i < single.size(); ++i) {
    const uint32_t first = classes.find(i);
    if (first == i) {
      out.of[i] = static_cast<uint32_t>(out.meanings.size());
      out.meanings.push_back(std::move(single[i]));
    } else {
      out.of[i] = out.of[first];
      SharedConcept& meaning = out.meanings[out.of[i]];
      meaning = merged(*meaning, *single[i]);
    }
  }
  return out;
}

void sort_unique(std::vector<std::string_view>& names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

uint32_t place_of(const std::vector<std::string_view>& names, std::string_view name) {
  return static_cast<uint32_t>(std::lower_bound(names.begin(), names.end(), name) - names.begin());
}

bool is_among(const std::vector<uint32_t>& sorted, uint32_t value) {
  return std::binary_search(sorted.begin(), sorted.end(), value);
}

}  // namespace

uint32_t TupleGraph::add_concept(SharedConcept meaning) {
  concepts_.push_back(std::move(meaning));
  return static_cast<uint32_t>(concepts_.size() - 1);
}

TupleGraph TupleGraph::merge(std::span<const Proposition> propositions,
                             const Thesaurus& thesaurus) {
  TupleGraph graph;
  std::vector<std::string_view> objects;
  for (const Proposition& p : propositions) {
    objects.emplace_back(p.front());
    if (p.size() == 3) objects.emplace_back(p[2]);
  }
  sort_unique(objects);
  Classes classes = join_similar(objects, thesaurus);
  graph.concepts_ = std::move(classes.meanings);
  for (uint32_t i = 0; i < graph.concepts_.size(); ++i) graph.tuples_.push_back({{i}, 1});

  // What joins the same objects: attributes under (object, none), relations under both.
  constexpr uint32_t kNone = UINT32_MAX;
  std::map<std::pair<uint32_t, uint32_t>, std::vector<std::string_view>> between;
  for (const Proposition& p : propositions) {
    if (p.size() == 1) continue;
    const uint32_t first = classes.of[place_of(objects, p[0])];
    const uint32_t last = p.size() == 3 ? classes.of[place_of(objects, p[2])] : kNone;
    between[{first, last}].emplace_back(p[1]);
  }
  for (auto& [ends, names] : between) {
    sort_unique(names);
    for (SharedConcept& meaning : join_similar(names, thesaurus).meanings) {
      const uint32_t middle = graph.add_concept(std::move(meaning));
      if (ends.second == kNone) {
        graph.tuples_.push_back({{ends.first, middle}, 2});
      } else {
        graph.tuples_.push_back({{ends.first, middle, ends.second}, 3});
      }
    }
  }
  return graph;
}

TupleGraph TupleGraph::as_given(std::span<const Proposition> propositions,
                                const Thesaurus& thesaurus) {
  TupleGraph graph;
  std::unordered_map<std::string_view, uint32_t> known;
  for (const Proposition& p : propositions) {
    ConceptTuple tuple;
    for (const std::string& name : p) {
      const auto [found, fresh] = known.try_emplace(name, 0);
      if (fresh) found->second = graph.add_concept(thesaurus.concept_of(name));
      tuple.parts[tuple.size++] = found->second;
    }
    graph.tuples_.push_back(tuple);
  }
  return graph;
}

std::string TupleGraph::text(const ConceptTuple& tuple) const {
  std::string text = "(";
  for (uint32_t i = 0; i < tuple.size; ++i) {
    if (i > 0) text += ", ";
    text += name_of(*concepts_[tuple.parts[i]]);
  }
  return text + ")";
}

ReferenceGraph::ReferenceGraph(TupleGraph graph)
    : graph_(std::move(graph)), by_first_(graph_.concepts()) {
  for (uint32_t t = 0; t < graph_.tuples().size(); ++t) {
    by_first_[graph_.tuples()[t].parts[0]].push_back(t);
  }
  // The texts lie in shared concepts: views of them stay valid when this object moves.
  for (uint32_t c = 0; c < graph_.concepts(); ++c) {
    const Concept& meaning = graph_.concept_at(c);
    for (const std::string& lemma : meaning.lemmas) by_lemma_.emplace_back(lemma, c);
    for (const uint64_t synset : meaning.synsets) by_synset_.emplace_back(synset, c);
  }
  std::sort(by_lemma_.begin(), by_lemma_.end());
  std::sort(by_synset_.begin(), by_synset_.end());
}

std::vector<uint32_t> ReferenceGraph::similar_to(const Concept& meaning) const {
  std::vector<uint32_t> found;
  const auto add = [&](const auto& table, const auto& key) {
    auto entry = std::lower_bound(table.begin(), table.end(), key,
                                  [](const auto& e, const auto& k) { return e.first < k; });
    for (; entry != table.end() && entry->first == key; ++entry) found.push_back(entry->second);
  };
  for (const std::string& lemma : meaning.lemmas) add(by_lemma_, lemma);
  for (const uint64_t synset : meaning.synsets) add(by_synset_, synset);
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

TupleMatches match(const TupleGraph& candidate, const ReferenceGraph& references) {
  const std::vector<ConceptTuple>& others = references.graph().tuples();
  TupleMatches matches{std::vector<char>(candidate.tuples().size()),
                       std::vector<char>(others.size())};
  std::vector<std::vector<uint32_t>> counterparts;
  counterparts.reserve(candidate.concepts());
  for (uint32_t c = 0; c < candidate.concepts(); ++c) {
    counterparts.push_back(references.similar_to(candidate.concept_at(c)));
  }
  for (size_t t = 0; t < candidate.tuples().size(); ++t) {
    const ConceptTuple& tuple = candidate.tuples()[t];
    uint32_t first = UINT32_MAX;
    for (const uint32_t begin : counterparts[tuple.parts[0]]) {
      for (const uint32_t r : references.beginning_with(begin)) {
        if (r >= first) break;
        bool equal = others[r].size == tuple.size;
        for (uint32_t i = 1; i < tuple.size && equal; ++i) {
          equal = is_among(counterparts[tuple.parts[i]], others[r].parts[i]);
        }
        if (equal) first = r;
      }
    }
    if (first == UINT32_MAX) continue;
    matches.candidate[t] = 1;
    matches.reference[first] = 1;
  }
  return matches;
}

}  // namespace storyteller::spice
