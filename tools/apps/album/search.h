#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/apps/album/expansion.h"
#include "tools/apps/album/packed_postings.h"
#include "tools/apps/album/query.h"
#include "tools/apps/album/ranking.h"
#include "tools/apps/album/vectors.h"

namespace storyteller::album {

/// A picture that was found, and which of the words it lacks.
struct FoundPicture {
  std::int64_t picture = 0;
  double score = 0;
  std::vector<std::string> missing;
};

struct SearchResult {
  std::vector<FoundPicture> pictures;  ///< best first
  /// For words that no picture has: what could be asked for instead, in words for people.
  std::vector<std::string> hints;
};

struct SearchLimits {
  RankOptions rank;
  /// Also what is otherwise no match: with few of the words, or a low score.
  bool all = false;
  /// A direction of features: pictures like it come first among equals; alone, all are ranked by
  /// it. With the model whose features they are.
  Vector like = {};
  std::int64_t like_model = 0;
};

/// What pictures that are alike have in common at least: of different ones 1 in 100 has that.
inline constexpr double kLeastAlike = 0.55;

/// Searches an album. One object may serve many searches.
class Searcher {
 public:
  Searcher(Connection& connection, const Language& language)
      : connection_(connection),
        language_(language),
        expander_(connection, language),
        postings_(connection) {}

  /// Throws UsageError where nothing is asked for.
  SearchResult search(const Query& query, const SearchLimits& limits);

 private:
  std::vector<Match> matches(const ExpandedWord& word, bool sure_sources);
  std::vector<Match> phrase_matches(const std::vector<std::string>& words, const char* columns);
  std::vector<char> excluded(const Query& query, std::int64_t greatest);
  void exclude_filtered(const QueryFilters& filters, std::vector<char>& excluded);
  std::vector<std::int64_t> newest(std::vector<char> excluded, size_t limit);
  const std::vector<float>& likeness(const Vector& like);
  std::optional<bool> model_knows(const QueryWord& word);

  Connection& connection_;
  const Language& language_;
  Expander expander_;
  PostingReader postings_;
  Vector like_;
  std::vector<float> likeness_;  // of like_
  std::optional<std::string> model_words_;
};

/// Pictures by likeness, of those that `model` described; `except` is left out, and so is what
/// `excluded` is not 0 for. No score below kLeastAlike.
std::vector<FoundPicture> similar(Connection& connection, const Vector& vector, std::int64_t model,
                                  std::int64_t except, size_t limit,
                                  std::span<const char> excluded = {});

/// What is known of a picture, to be shown.
struct PictureDetails {
  std::int64_t id = 0;
  std::string path;  ///< absolute
  std::string root, name;
  std::string caption, text;
  std::optional<double> confidence, photo;
  int grade = 0;
  std::string model;  ///< digits of its checksum
  std::string taken, why;
  int width = 0, height = 0, orientation = 1, state = 0;
  std::int64_t size = 0, mtime_ns = 0, content = 0;
  std::uint64_t dhash = 0;
};
std::optional<PictureDetails> details(Connection& connection, std::int64_t picture);

/// The picture of an album whose file this is; nothing where there is none.
std::optional<std::int64_t> find_picture(Connection& connection, const std::string& path);

/// The sentence with its grade as a mark, as lists show it: "A dog runs?".
std::string list_text(const PictureDetails& picture);

}  // namespace storyteller::album
