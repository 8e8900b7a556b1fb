#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "train/metrics/ngram/references.h"
#include "train/metrics/spice/scene_graph.h"

namespace storyteller {

class SpiceModel;

/// What people say of things: how often captions make each statement, (subject, attribute) such as
/// (dog, brown) and (dog, sleep), or (subject, relation, object) such as (dog, run in, snow), in
/// lemmas, as SPICE reads them. Const and thread-safe once counted.
class StatementCounts {
 public:
  StatementCounts() = default;
  /// Of all captions of all images. `threads` 0: one per core; it changes no result.
  StatementCounts(const TokenizedReferences& captions, const SpiceModel& model, int threads = 0);
  /// What save() wrote. Throws InputError naming file and line where it is none.
  static StatementCounts load(const std::filesystem::path& path);
  /// Text, sorted: a line for each statement, its words and how often it was made, by tabs.
  /// Atomic; throws IoError.
  void save(const std::filesystem::path& path) const;

  /// Of two or three elements; a proposition of one, which only names a thing, changes nothing.
  void add(const spice::Proposition& statement, uint64_t times = 1);
  uint64_t count(const spice::Proposition& statement) const;
  /// Different ones.
  size_t size() const { return counts_.size(); }

  /// How much more often than by chance the statement's parts are said of each other, in nats;
  /// negative: more seldom. Of a pair log P(a|s) / P(a); of three the mean of
  /// log P(o|s,r) / P(o) and log P(s|r,o) / P(s). Probabilities fall back to those of less context
  /// by a Dirichlet prior of one observation (MacKay and Peto 1995, "A Hierarchical Dirichlet
  /// Language Model"):
  ///   P(o|s,r) = (n(s,r,o) + P(o|r)) / (n(s,r) + 1),   P(o|r) = (n(r,o) + P(o)) / (n(r) + 1),
  /// and P(o) counts one more for each word, and for the unknown one. 0 for one element.
  double typicality(const spice::Proposition& statement) const;

 private:
  /// Counts of what part of a statement says; absent parts are empty.
  struct Context {
    std::unordered_map<std::string, uint64_t> counts;
    uint64_t total = 0;
    uint64_t at(const std::string& key) const;
    void add(const std::string& key, uint64_t times);
    /// P(key), one more for each.
    double probability(const std::string& key) const;
  };

  std::map<spice::Proposition, uint64_t> counts_;
  Context attribute_, described_;               // a and s of pairs
  Context object_, subject_, relation_;         // o, s and r of triples
  Context subject_relation_, relation_object_;  // "s<TAB>r", "r<TAB>o"
};

}  // namespace storyteller
