#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tools/apps/album/query.h"
#include "tools/apps/album/sqlite.h"
#include "tools/apps/shared/language.h"

namespace storyteller::album {

/// What a word that pictures are asked for may be called in the album, and how good that is.
inline constexpr double kItself = 1, kSynonym = 0.8, kNarrower = 0.7;
inline constexpr size_t kSenses = 2;  ///< of which synonyms are taken
inline constexpr int kDepth = 3;      ///< steps down to narrower words: vehicle -> bus

struct Expansion {
  std::int64_t term = 0;
  double weight = 1;
  std::string lemma;
};

struct ExpandedWord {
  QueryWord word;
  std::vector<Expansion> terms;      ///< that the album has, each once, best first
  std::vector<std::int64_t> itself;  ///< terms of its own lemmas
};

/// Looks words up in an album.
class Expander {
 public:
  Expander(Connection& connection, const Language& language);

  /// Kept, so that a word costs nothing when it is asked for again. Valid as long as this object.
  const ExpandedWord& expand(const QueryWord& word);
  /// The nearest broader word that pictures have, and how many do: "dog" for "poodle".
  struct Broader {
    std::string word;
    std::int64_t pictures = 0;
  };
  std::optional<Broader> broader(const QueryWord& word);

 private:
  void add(const std::string& lemma, std::optional<Pos> pos, double weight, ExpandedWord& to);

  ExpandedWord expanded(const QueryWord& word);

  const Language& language_;
  Statement find_, prefix_;
  std::map<std::pair<std::string, Lemma>, ExpandedWord> known_;
};

}  // namespace storyteller::album
