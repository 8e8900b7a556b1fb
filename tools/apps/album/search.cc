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

/// "/a/b/" of a folder; what it stands for where it can be told.
std::string with_slash(const std::string& folder) {
  std::error_code failure;
  std::string path = std::filesystem::weakly_canonical(folder, failure).string();
  if (failure) path = std::filesystem::absolute(folder).string();
  while (path.ends_with('/')) path.pop_back();
  return path + "/";
}

/// Calls `take` with the pictures in a folder and those inside of it.
void in_folder(Connection& connection, const std::string& asked,
               const std::function<void(std::int64_t)>& take) {
  const std::string folder = with_slash(asked);
  Statement roots(connection, "SELECT id, path FROM root");
  // Names that begin with a text stand together in the table's order; '0' comes behind '/'.
  Statement names(connection,
                  "SELECT id FROM picture WHERE root = ?1 AND name >= ?2 AND (?3 = x'' OR name < "
                  "?3)");
  while (roots.step()) {
    std::string root = roots.text(1);
    if (!root.ends_with('/')) root += '/';
    std::string first, behind;
    if (folder.size() > root.size() && folder.starts_with(root)) {
      first = behind = folder.substr(root.size());
      behind.back() = '0';
    } else if (!root.starts_with(folder)) {
      continue;
    }
    names.bind(1, roots.integer(0)).bind_blob(2, first).bind_blob(3, behind);
    while (names.step()) take(names.integer(0));
    names.reset();
  }
}

}  // namespace

/// Pictures of a word, each with the best of what its expansions and sources are worth.
std::vector<Match> Searcher::matches(const ExpandedWord& word, bool sure_sources) {
  std::vector<float> best;
  std::vector<Match> found;
  for (const Expansion& expansion : word.terms) {
    std::array<float, kSources> worth{};
    for (size_t s = 0; s < worth.size(); ++s) {
      worth[s] = static_cast<float>(expansion.weight * kSourceWeights[s] / 255);
    }
    if (sure_sources) worth[static_cast<size_t>(Source::kHypotheses)] = 0;
    postings_.read(expansion.term, [&](std::span<const PackedPosting> postings) {
      if (postings.empty()) return;
      const auto ids = static_cast<size_t>(postings.back().picture) + 1;
      if (ids > best.size()) best.resize(std::max(ids, 2 * best.size()));
      for (const PackedPosting& posting : postings) {
        if (posting.source >= worth.size() || worth[posting.source] == 0) continue;
        float& known = best[static_cast<size_t>(posting.picture)];
        if (known == 0) found.emplace_back(posting.picture, 0.0F);
        known = std::max(known, worth[posting.source] * static_cast<float>(posting.weight));
      }
    });
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
  std::vector<char> kept(excluded.size());
  const auto keep = [&](std::int64_t id) {
    if (static_cast<size_t>(id) < kept.size()) kept[static_cast<size_t>(id)] = 1;
  };
  const auto exclude_rest = [&] {
    for (size_t id = 0; id < kept.size(); ++id) excluded[id] |= kept[id] == 0 ? 1 : 0;
    std::fill(kept.begin(), kept.end(), 0);
  };
  if (!filters.after.empty() || !filters.before.empty()) {
    // "~" comes behind all dates.
    Statement taken(connection_, "SELECT id FROM picture WHERE taken >= ? AND taken < ?");
    taken.bind_text(1, filters.after).bind_text(2, filters.before.empty() ? "~" : filters.before);
    while (taken.step()) keep(taken.integer(0));
    exclude_rest();
  }
  if (!filters.grade.empty()) {
    Statement graded(connection_, "SELECT picture FROM caption WHERE grade >= ?");
    graded.bind(1, std::int64_t{filters.grade == "sure" ? 2 : filters.grade == "likely" ? 1 : 0});
    while (graded.step()) keep(graded.integer(0));
    exclude_rest();
  }
  if (!filters.folders.empty()) {
    for (const std::string& folder : filters.folders) in_folder(connection_, folder, keep);
    exclude_rest();
  }
  for (const std::string& tag : filters.tags) {
    ExpandedWord word = expander_.expand({tag, language_.lemma(tag), false});
    std::erase_if(word.terms, [](const Expansion& e) { return e.weight < kItself; });
    for (const Match& match : matches(word, /*sure_sources=*/true)) keep(match.first);
    exclude_rest();
  }
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

/// Whether a model that described pictures could have said a word; nothing where none tells which
/// words it knows, as in albums of version 1.
std::optional<bool> Searcher::model_knows(const QueryWord& word) {
  if (!model_words_) {
    model_words_ = "";
    if (schema_version(connection_) >= kPackedVersion) {
      Statement models(connection_, "SELECT words FROM model WHERE words IS NOT NULL");
      while (models.step()) *model_words_ += models.text(0);
    }
  }
  if (model_words_->empty()) return std::nullopt;
  const auto has = [&](const std::string& lemma) {
    return model_words_->find("\n" + lemma + "\n") != std::string::npos;
  };
  return has(word.text) || has(word.lemma.text);
}

/// By picture, up to kLikeBonus; kept, as one process asks for the same again.
const std::vector<float>& Searcher::likeness(const Vector& like) {
  if (like == like_) return likeness_;
  likeness_.clear();
  for_each_cosine(connection_, like, [&](std::int64_t picture, float cosine) {
    const auto id = static_cast<size_t>(picture);
    if (id >= likeness_.size()) likeness_.resize(std::max(id + 1, 2 * likeness_.size()));
    likeness_[id] = kLikeBonus * std::max(cosine, 0.0F);
  });
  like_ = like;
  return likeness_;
}

/// Of pictures that are described and not excluded: the newest first, at most `limit`, and of
/// pictures of one time, or of none, those that came first. Nothing is sorted but those of one
/// time.
std::vector<std::int64_t> Searcher::newest(std::vector<char> excluded, size_t limit) {
  std::vector<std::int64_t> found, together;
  Statement described(connection_, "SELECT 1 FROM caption WHERE picture = ?");
  const auto take = [&](std::int64_t id) {
    if (found.size() < limit && described.bind(1, id).step()) found.push_back(id);
    described.reset();
  };
  const auto take_together = [&] {
    std::sort(together.begin(), together.end());
    for (const std::int64_t id : together) take(id);
    together.clear();
  };
  auto left = static_cast<size_t>(std::count(excluded.begin(), excluded.end(), 0));
  Statement dated(connection_,
                  "SELECT id, taken FROM picture WHERE taken IS NOT NULL ORDER BY taken DESC");
  std::string time;
  while (found.size() < limit && left > 0 && dated.step()) {
    const auto id = static_cast<size_t>(dated.integer(0));
    if (id >= excluded.size() || excluded[id] != 0) continue;
    excluded[id] = 1;
    --left;
    std::string taken = dated.text(1);
    if (taken != time) take_together();
    time = std::move(taken);
    together.push_back(static_cast<std::int64_t>(id));
  }
  take_together();
  for (size_t id = 0; id < excluded.size() && found.size() < limit; ++id) {
    if (excluded[id] == 0) take(static_cast<std::int64_t>(id));
  }
  return found;
}

SearchResult Searcher::search(const Query& query, const SearchLimits& limits) {
  SearchResult result;
  const std::int64_t pictures = connection_.integer("SELECT max(id) FROM picture").value_or(0);
  if (query.asked() == 0) {
    if (!limits.like.empty()) {
      result.pictures = similar(connection_, limits.like, limits.like_model, 0, limits.rank.limit,
                                excluded(query, pictures));
      return result;
    }
    const bool says =
        !query.filters.empty() || !query.without.empty() || !query.without_phrases.empty();
    if (!says) throw UsageError("the query names nothing to search for; try: \"dog beach\"");
    for (const std::int64_t id : newest(excluded(query, pictures), limits.rank.limit)) {
      result.pictures.push_back({id, 1, {}});
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
  RankOptions options = limits.rank;
  std::string absent;    // a thing that no picture shows
  bool unknown = false;  // nor has a model a word for it
  for (const QueryWord& word : query.words) {
    std::vector<Match> found = matches(expander_.expand(word), /*sure_sources=*/false);
    if (found.empty()) {
      // What is no word of any sentence may be one of a name or a keyword.
      found = phrase_matches({word.text}, "{keywords name}");
      for (Match& match : found) match.second = kNameWeight;
    }
    if (found.empty()) {
      if (word.lemma.pos == Pos::kNoun && !unknown) {
        if (absent.empty()) absent = word.text;
        const auto known = model_knows(word);
        unknown = known.has_value() && !*known;
        if (unknown) absent = word.text;
        if (!known) options.cut_off = std::max(options.cut_off, options.absent_cut_off);
      }
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
  if (limits.all) options.coverage = options.cut_off = 0;
  std::vector<Hit> hits;
  if (!unknown || limits.all) {
    hits = rank(words, excluded(query, pictures), likeness(limits.like), options);
  }
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

std::vector<FoundPicture> similar(Connection& connection, const Vector& vector, std::int64_t model,
                                  std::int64_t except, size_t limit,
                                  std::span<const char> excluded) {
  std::vector<std::pair<float, std::int64_t>> order;
  for_each_cosine(connection, vector, [&](std::int64_t id, float cosine) {
    const auto at = static_cast<size_t>(id);
    if (id == except || cosine < kLeastAlike || (at < excluded.size() && excluded[at] != 0)) return;
    order.emplace_back(-cosine, id);
  });
  std::sort(order.begin(), order.end());
  std::vector<FoundPicture> found;
  Statement of_model(connection,
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
