#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tools/apps/album/schema.h"
#include "tools/apps/album/sqlite.h"
#include "tools/apps/shared/language.h"

namespace storyteller::album {

/// From which probability on a detected word is a tag. A word that is right too seldom at any
/// probability is none.
class TagThresholds {
 public:
  /// No detected word is a tag.
  TagThresholds() = default;
  /// The file that lies beside a model, NAME.tags: a first line "model DIGITS", then a word, a tab
  /// and a threshold in [0, 1] a line. One for another model, or none, gives no tags. Throws
  /// InputError where a line is neither.
  static TagThresholds beside(const std::filesystem::path& model, const std::string& digits);
  static TagThresholds parse(const std::string& text, const std::string& name,
                             const std::string& digits);

  std::optional<double> find(const std::string& lemma) const;
  size_t size() const { return thresholds_.size(); }

 private:
  std::map<std::string, double, std::less<>> thresholds_;
};

/// Share of the search's hypotheses that must say a word that the caption does not.
inline constexpr int kLeastHypotheses = 128;

/// Whether a posting of a term is a tag: nouns, verbs and colours that the caption or most
/// hypotheses say, what the detector is sure enough of, the file's keywords, and what people said.
bool is_tag(const Lemma& lemma, Source source, int weight, const TagThresholds& thresholds);

/// "red", "blue" and the like.
bool is_color(std::string_view lemma);

struct Tag {
  std::string word;
  std::int64_t pictures = 0;
  bool operator==(const Tag&) const = default;
};
/// Tags of an album that at least `least` pictures have, the most frequent first.
std::vector<Tag> tags(Connection& connection, const TagThresholds& thresholds, std::int64_t least);

/// Tags of a picture and where they come from, those of people first, then by weight.
struct PictureTag {
  std::string word;
  Pos pos = Pos::kOther;
  Source source = Source::kCaption;
  int weight = 0;
};
std::vector<PictureTag> picture_tags(Connection& connection, const TagThresholds& thresholds,
                                     std::int64_t picture);
/// Words alone, each once.
std::vector<std::string> tag_words(const std::vector<PictureTag>& tags);

/// Tags that were taken away from a picture.
std::vector<std::string> hidden_tags(Connection& connection, std::int64_t picture);

/// The lemma of a tag that a person gives.
Lemma tag_lemma(const Language& language, const std::string& tag);

}  // namespace storyteller::album
