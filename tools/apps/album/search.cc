#include "tools/apps/album/search.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "core/error.h"
#include "core/system/printable.h"
#include "tools/apps/album/schema.h"

namespace storyteller::album {
namespace {

/// A word or phrase of FTS5: in quotes nothing is an operator.
std::string fts_string(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

constexpr float kPhraseWeight = 0.9F, kNameWeight = 1;
constexpr float kLikeBonus = 0.1F;

}  // namespace

const Vectors& Searcher::vectors() {
  if (!vectors_) vectors_.emplace(connection_);
  return *vectors_;
}

/// Pictures of a word, each with the best of what its expansions and sources are worth.
std::vector<Match> Searcher::matches(const ExpandedWord& word, bool sure_sources) {
  std::vector<float> best;
  std::vector<Match> found;
  Statement postings(connection_, "SELECT picture, weight, source FROM posting WHERE term = ?");
  for (const Expansion& expansion : word.terms) {
    std::array<float, kSources> worth{};
    for (size_t s = 0; s < worth.size(); ++s) {
      worth[s] = static_cast<float>(expansion.weight * kSourceWeights[s] / 255);
    }
    if (sure_sources) worth[static_cast<size_t>(Source::kHypotheses)] = 0;
    postings.reset();
    postings.bind(1, expansion.term);
    while (postings.step()) {
      const auto id = static_cast<size_t>(postings.integer(0));
      const auto source = static_cast<size_t>(postings.integer(2));
      if (source >= worth.size() || worth[source] == 0) continue;
      if (id >= best.size()) best.resize(std::max(id + 1, 2 * best.size()));
      if (best[id] == 0) found.emplace_back(static_cast<std::int64_t>(id), 0.0F);
      best[id] = std::max(best[id], worth[source] * static_cast<float>(postings.integer(1)));
    }
  }
  if (found.empty()) return found;
  // A tag that was taken away is not found by another word for it.
  for (const std::int64_t term : word.itself) {
    Statement hidden(connection_, "SELECT picture FROM hidden WHERE term = ?");
    hidden.bind(1, term);
    while (hidden.step()) {
      const auto id = static_cast<size_t>(hidden.integer(0));
      if (id < best.size()) best[id] = 0;
    }
  }
  for (Match& match : found) match.second = best[static_cast<size_t>(match.first)];
  std::erase_if(found, [](const Match& match) { return match.second == 0; });
  return found;
}

/// `columns`: of the text index, "{caption}".
std::vector<Match> Searcher::phrase_matches(const std::vector<std::string>& words,
                                            const char* columns) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  Statement find(connection_, "SELECT rowid FROM words WHERE words MATCH ?");
  find.bind_text(1, std::string(columns) + " : " + fts_string(text));
  std::vector<Match> found;
  while (find.step()) found.emplace_back(find.integer(0), kPhraseWeight);
  return found;
}

void Searcher::exclude_filtered(const QueryFilters& filters, std::vector<char>& excluded) {
  std::vector<char> allowed(excluded.size());
  std::string sql = "SELECT picture.id FROM picture JOIN caption ON caption.picture = picture.id";
  if (!filters.folders.empty()) sql += " JOIN root ON root.id = picture.root";
  sql += " WHERE 1";
  if (!filters.after.empty()) sql += " AND taken >= ?1";
  if (!filters.before.empty()) sql += " AND taken < ?2";
  if (filters.grade == "likely") sql += " AND grade >= 1";
  if (filters.grade == "sure") sql += " AND grade >= 2";
  Statement find(connection_, sql);
  if (!filters.after.empty()) find.bind_text(1, filters.after);
  if (!filters.before.empty()) find.bind_text(2, filters.before);
  while (find.step()) {
    const auto id = static_cast<size_t>(find.integer(0));
    if (id < allowed.size()) allowed[id] = 1;
  }
  if (!filters.folders.empty()) {
    std::vector<std::string> folders;
    for (const std::string& folder : filters.folders) {
      std::error_code failure;
      std::string path = std::filesystem::weakly_canonical(folder, failure).string();
      if (failure) path = std::filesystem::absolute(folder).string();
      while (path.size() > 1 && path.ends_with('/')) path.pop_back();
      folders.push_back(path == "/" ? path : path + "/");
    }
    Statement names(connection_,
                    "SELECT picture.id, root.path, picture.name FROM picture JOIN root ON root.id "
                    "= picture.root");
    while (names.step()) {
      const auto id = static_cast<size_t>(names.integer(0));
      const std::string path = names.text(1) + "/" + names.text(2);
      const bool inside = std::any_of(folders.begin(), folders.end(),
                                      [&](const auto& folder) { return path.starts_with(folder); });
      if (!inside && id < allowed.size()) allowed[id] = 0;
    }
  }
  for (const std::string& tag : filters.tags) {
    std::vector<char> tagged(excluded.size());
    ExpandedWord word = expander_.expand({tag, language_.lemma(tag), false});
    std::erase_if(word.terms, [](const Expansion& e) { return e.weight < kItself; });
    for (const auto& [picture, value] : matches(word, /*sure_sources=*/true)) {
      if (static_cast<size_t>(picture) < tagged.size()) tagged[static_cast<size_t>(picture)] = 1;
    }
    for (size_t id = 0; id < allowed.size(); ++id) allowed[id] = allowed[id] & tagged[id];
  }
  for (size_t id = 0; id < excluded.size(); ++id) excluded[id] |= allowed[id] == 0 ? 1 : 0;
}

/// Of ids up to `greatest`: those that are missing, filtered out, or show what they must not.
std::vector<char> Searcher::excluded(const Query& query, std::int64_t greatest) {
  std::vector<char> excluded(static_cast<size_t>(greatest + 1));
  const auto exclude = [&](std::int64_t id) {
    if (id <= greatest) excluded[static_cast<size_t>(id)] = 1;
  };
  Statement missing(connection_, "SELECT id FROM picture WHERE state = 3");
  while (missing.step()) exclude(missing.integer(0));
  if (!query.filters.empty()) exclude_filtered(query.filters, excluded);
  for (const auto& phrase : query.without) {
    std::vector<unsigned> shown(excluded.size());
    for (const QueryWord& word : phrase) {
      for (const auto& [id, value] : matches(expander_.expand(word), /*sure_sources=*/true)) {
        if (id <= greatest) ++shown[static_cast<size_t>(id)];
      }
    }
    for (size_t id = 0; id < shown.size(); ++id) {
      if (shown[id] == phrase.size()) excluded[id] = 1;
    }
  }
  for (const auto& phrase : query.without_phrases) {
    for (const auto& match : phrase_matches(phrase, "{caption keywords}")) exclude(match.first);
  }
  return excluded;
}

std::vector<float> Searcher::likeness(const SearchLimits& limits) {
  std::vector<float> bonus;
  if (limits.like.empty()) return bonus;
  const std::vector<float> cosines = vectors().cosines(limits.like);
  for (size_t i = 0; i < cosines.size(); ++i) {
    const auto id = static_cast<size_t>(vectors().ids()[i]);
    if (id >= bonus.size()) bonus.resize(id + 1);
    bonus[id] = kLikeBonus * std::max(cosines[i], 0.0F);
  }
  return bonus;
}

SearchResult Searcher::search(const Query& query, const SearchLimits& limits) {
  SearchResult result;
  const std::int64_t pictures = connection_.integer("SELECT max(id) FROM picture").value_or(0);
  if (query.asked() == 0) {
    if (!limits.like.empty()) {
      result.pictures =
          similar(limits.like, limits.like_model, 0, limits.rank.limit, excluded(query, pictures));
      return result;
    }
    const bool says =
        !query.filters.empty() || !query.without.empty() || !query.without_phrases.empty();
    if (!says) throw UsageError("the query names nothing to search for; try: \"dog beach\"");
    // All that is not excluded, the newest first.
    const std::vector<char> out = excluded(query, pictures);
    Statement all(connection_,
                  "SELECT id FROM picture JOIN caption ON picture = id ORDER BY taken DESC, id");
    while (result.pictures.size() < limits.rank.limit && all.step()) {
      const std::int64_t id = all.integer(0);
      if (out[static_cast<size_t>(id)] == 0) result.pictures.push_back({id, 1, {}});
    }
    return result;
  }
  std::vector<WordMatches> words;
  std::vector<std::string> names;
  const auto add = [&](std::vector<Match> found, std::string name) {
    const double idf = inverse_frequency(pictures, static_cast<std::int64_t>(found.size()));
    words.push_back({std::move(found), idf});
    names.push_back(std::move(name));
  };
  std::string absent;  // a thing that no picture shows
  for (const QueryWord& word : query.words) {
    std::vector<Match> found = matches(expander_.expand(word), /*sure_sources=*/false);
    if (found.empty()) {
      // What is no word of any sentence may be one of a name or a keyword.
      found = phrase_matches({word.text}, "{keywords name}");
      for (Match& match : found) match.second = kNameWeight;
    }
    if (found.empty()) {
      if (absent.empty() && word.lemma.pos == Pos::kNoun) absent = word.text;
      if (const auto broader = expander_.broader(word)) {
        result.hints.push_back("no " + word.text + "; " + std::to_string(broader->pictures) +
                               (broader->pictures == 1 ? " picture" : " pictures") + " with " +
                               broader->word + ": search " + broader->word);
      }
    }
    add(std::move(found), word.text);
  }
  for (const auto& phrase : query.phrases) {
    std::string text;
    for (const std::string& word : phrase) text += (text.empty() ? "" : " ") + word;
    add(phrase_matches(phrase, "{caption keywords name}"), "\"" + text + "\"");
  }
  RankOptions options = limits.rank;
  if (!absent.empty()) options.cut_off = std::max(options.cut_off, options.absent_cut_off);
  const auto hits = rank(words, excluded(query, pictures), likeness(limits), options);
  if (hits.empty() && !absent.empty() && query.asked() > 1 && result.hints.empty()) {
    result.hints.push_back("no picture has " + absent + "; leave it out to find the rest");
  }
  for (const Hit& hit : hits) {
    FoundPicture found{.picture = hit.picture, .score = hit.score, .missing = {}};
    for (size_t w = 0; w < names.size() && w < 64; ++w) {
      if ((hit.matched >> w & 1) == 0) found.missing.push_back(names[w]);
    }
    result.pictures.push_back(std::move(found));
  }
  return result;
}

std::vector<FoundPicture> Searcher::similar(const Vector& vector, std::int64_t model,
                                            std::int64_t except, size_t limit,
                                            std::span<const char> excluded) {
  const std::vector<float> cosines = vectors().cosines(vector);
  std::vector<std::pair<float, std::int64_t>> order;
  for (size_t i = 0; i < cosines.size(); ++i) {
    const std::int64_t id = vectors().ids()[i];
    const auto at = static_cast<size_t>(id);
    if (id == except || cosines[i] < kLeastAlike) continue;
    if (at < excluded.size() && excluded[at] != 0) continue;
    order.emplace_back(-cosines[i], id);
  }
  std::sort(order.begin(), order.end());
  std::vector<FoundPicture> found;
  Statement of_model(connection_,
                     "SELECT 1 FROM caption JOIN picture ON id = picture WHERE picture = ? AND "
                     "model = ? AND state <> 3");
  for (const auto& [negative, id] : order) {
    if (found.size() >= limit) break;
    of_model.reset();
    if (!of_model.bind(1, id).bind(2, model).step()) continue;
    found.push_back({.picture = id, .score = std::min<double>(-negative, 1), .missing = {}});
  }
  return found;
}

std::optional<PictureDetails> details(Connection& connection, std::int64_t picture) {
  Statement find(
      connection,
      "SELECT picture.id, root.path, picture.name, caption.caption, caption.text, confidence, "
      "photo, grade, model.checksum, taken, why, width, height, orientation, state, size, "
      "mtime_ns, "
      "content, dhash FROM picture JOIN root ON root.id = picture.root LEFT JOIN caption ON "
      "caption.picture = picture.id LEFT JOIN model ON model.id = caption.model WHERE picture.id = "
      "?");
  if (!find.bind(1, picture).step()) return std::nullopt;
  const std::string root = find.text(1), name = find.text(2);
  return PictureDetails{.id = find.integer(0),
                        .path = root + (root.ends_with('/') ? "" : "/") + name,
                        .root = root,
                        .name = name,
                        .caption = find.text(3),
                        .text = find.text(4),
                        .confidence = find.optional_real(5),
                        .photo = find.optional_real(6),
                        .grade = static_cast<int>(find.integer(7)),
                        .model = find.text(8),
                        .taken = find.text(9),
                        .why = find.text(10),
                        .width = static_cast<int>(find.integer(11)),
                        .height = static_cast<int>(find.integer(12)),
                        .orientation = static_cast<int>(find.integer(13)),
                        .state = static_cast<int>(find.integer(14)),
                        .size = find.integer(15),
                        .mtime_ns = find.integer(16),
                        .content = find.integer(17),
                        .dhash = static_cast<std::uint64_t>(find.integer(18))};
}

std::optional<std::int64_t> find_picture(Connection& connection, const std::string& path) {
  std::error_code failure;
  std::string full = std::filesystem::weakly_canonical(path, failure).string();
  if (failure) full = std::filesystem::absolute(path).string();
  Statement find(connection,
                 "SELECT picture.id FROM root JOIN picture ON picture.root = root.id AND "
                 "picture.name = substr(?1, length(root.path) + CASE root.path WHEN x'2f' THEN 1 "
                 "ELSE 2 END) WHERE root.path = substr(?1, 1, length(root.path))");
  find.bind_blob(1, full);
  if (!find.step()) return std::nullopt;
  return find.integer(0);
}

std::string list_text(const PictureDetails& picture) {
  std::string text = picture.text;
  const bool photograph = !picture.photo || *picture.photo >= 0.5;
  if (!photograph || !picture.confidence || !text.ends_with('.')) return text;
  if (picture.grade < 2) text.back() = '?';
  if (picture.grade < 1) text += '?';
  return text;
}

}  // namespace storyteller::album
