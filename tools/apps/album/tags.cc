#include "tools/apps/album/tags.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <sstream>
#include <tuple>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/ascii.h"
#include "core/text/text_file.h"
#include "tools/apps/album/packed_postings.h"

namespace storyteller::album {
namespace {

constexpr std::array<std::string_view, 18> kColors = {
    "black", "blue",   "blond", "blonde", "brown", "gold",   "golden", "gray",  "green",
    "grey",  "orange", "pink",  "purple", "red",   "silver", "tan",    "white", "yellow"};

/// Words of sentences that name nothing in a picture.
constexpr std::array<std::string_view, 30> kNoTags = {
    "area", "back",  "background", "be",   "bunch",     "couple", "front",  "get", "go",    "group",
    "have", "hold",  "look",       "lot",  "make",      "middle", "number", "one", "other", "pair",
    "part", "piece", "set",        "side", "something", "take",   "thing",  "top", "use",   "way"};

template <class Words>
bool holds(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

bool is_color(std::string_view lemma) { return holds(kColors, lemma); }

std::optional<double> TagThresholds::find(const std::string& lemma) const {
  const auto found = thresholds_.find(lemma);
  return found == thresholds_.end() ? std::nullopt : std::optional(found->second);
}

TagThresholds TagThresholds::parse(const std::string& text, const std::string& name,
                                   const std::string& digits) {
  TagThresholds thresholds;
  std::istringstream in(text);
  std::string line;
  for (size_t number = 1; std::getline(in, line); ++number) {
    if (line.empty() || line.starts_with('#')) continue;
    if (line.starts_with("model ")) {
      if (line.substr(6) != digits) return {};
      continue;
    }
    const size_t tab = line.find('\t');
    double value = -1;
    const char* const end = line.data() + line.size();
    if (tab != std::string::npos && tab > 0) {
      const auto [stop, error] = std::from_chars(line.data() + tab + 1, end, value);
      if (error != std::errc() || (stop != end && *stop != '\t')) value = -1;
    }
    if (!(value >= 0 && value <= 1)) {
      throw InputError(name + ":" + std::to_string(number) + ": '" + printable(line, 60) +
                       "' where a word, a tab and a threshold from 0 to 1 belong");
    }
    thresholds.thresholds_[line.substr(0, tab)] = value;
  }
  return thresholds;
}

TagThresholds TagThresholds::beside(const std::filesystem::path& model, const std::string& digits) {
  std::filesystem::path file = model;
  file.replace_extension(".tags");
  std::error_code failure;
  if (!std::filesystem::is_regular_file(file, failure)) return {};
  return parse(read_text_file(file), printable_path(file.string()), digits);
}

bool is_tag(const Lemma& lemma, Source source, int weight, const TagThresholds& thresholds) {
  if (source == Source::kHand || source == Source::kKeywords) return true;
  if (holds(kNoTags, lemma.text)) return false;
  const bool named = lemma.pos == Pos::kNoun || lemma.pos == Pos::kVerb || is_color(lemma.text);
  if (source == Source::kCaption) return named;
  if (source == Source::kHypotheses) return named && weight >= kLeastHypotheses;
  const auto least = thresholds.find(lemma.text);
  return least && weight >= *least * 255;
}

std::vector<Tag> tags(Connection& connection, const TagThresholds& thresholds, std::int64_t least) {
  Statement terms(connection, "SELECT id, lemma, pos FROM term WHERE pictures > 0");
  std::vector<char> missing;
  Statement gone(connection, "SELECT id FROM picture WHERE state = 3 ORDER BY id");
  while (gone.step()) {
    missing.resize(static_cast<size_t>(gone.integer(0)) + 1);
    missing.back() = 1;
  }
  PostingReader reader(connection);
  std::map<std::string, std::set<std::int64_t>> pictures;
  while (terms.step()) {
    const Lemma lemma{terms.text(1), static_cast<Pos>(terms.integer(2))};
    std::set<std::int64_t>& with = pictures[lemma.text];
    reader.read(terms.integer(0), [&](std::span<const PackedPosting> postings) {
      for (const PackedPosting& posting : postings) {
        const auto id = static_cast<size_t>(posting.picture);
        if (id < missing.size() && missing[id] != 0) continue;
        if (is_tag(lemma, static_cast<Source>(posting.source), posting.weight, thresholds)) {
          with.insert(with.end(), posting.picture);
        }
      }
    });
  }
  std::vector<Tag> found;
  for (const auto& [word, with] : pictures) {
    const auto count = static_cast<std::int64_t>(with.size());
    if (count >= least) found.push_back({word, count});
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Tag& a, const Tag& b) { return a.pictures > b.pictures; });
  return found;
}

std::vector<PictureTag> picture_tags(Connection& connection, const TagThresholds& thresholds,
                                     std::int64_t picture) {
  Statement find(connection,
                 "SELECT lemma, pos, source, weight FROM posting JOIN term ON term.id = "
                 "posting.term WHERE picture = ? ORDER BY source = 5 DESC, source = 4 DESC, source "
                 "= 1 DESC, weight DESC, lemma");
  find.bind(1, picture);
  std::vector<PictureTag> tags;
  while (find.step()) {
    const PictureTag tag{.word = find.text(0),
                         .pos = static_cast<Pos>(find.integer(1)),
                         .source = static_cast<Source>(find.integer(2)),
                         .weight = static_cast<int>(find.integer(3))};
    if (is_tag({tag.word, tag.pos}, tag.source, tag.weight, thresholds)) tags.push_back(tag);
  }
  return tags;
}

std::vector<std::string> tag_words(const std::vector<PictureTag>& tags) {
  std::vector<std::string> words;
  for (const PictureTag& tag : tags) {
    if (!holds(words, tag.word)) words.push_back(tag.word);
  }
  return words;
}

std::vector<std::string> hidden_tags(Connection& connection, std::int64_t picture) {
  Statement find(connection,
                 "SELECT DISTINCT lemma FROM hidden JOIN term ON term.id = hidden.term WHERE "
                 "picture = ? ORDER BY lemma");
  find.bind(1, picture);
  std::vector<std::string> words;
  while (find.step()) words.push_back(find.text(0));
  return words;
}

Lemma tag_lemma(const Language& language, const std::string& tag) {
  const std::vector<std::string> words = words_of(tag);
  if (words.size() == 1) return language.lemma(words.front());
  std::string whole;
  for (const std::string& word : words) whole += (whole.empty() ? "" : " ") + word;
  return {whole, Pos::kOther};
}

}  // namespace storyteller::album
