#include "tools/apps/album/store.h"

#include <algorithm>
#include <ctime>
#include <set>
#include <tuple>

#include "core/text/utf8.h"

namespace storyteller::album {

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

void note(Connection& connection, const std::string& what, const std::string& detail) {
  Statement insert(connection, "INSERT INTO journal(at, what, detail) VALUES(?, ?, ?)");
  insert.bind_text(1, utc_now()).bind_text(2, what).bind_text(3, detail).run();
}

std::int64_t Store::model(const std::string& checksum, const std::string& name,
                          const std::string& calibration, const std::string& words) {
  Statement insert(connection_,
                   "INSERT INTO model(checksum, name, calibration, words) VALUES(?, ?, ?, ?) ON "
                   "CONFLICT(checksum) DO UPDATE SET name = excluded.name, words = "
                   "ifnull(excluded.words, words)");
  insert.bind_text(1, checksum).bind_text(2, name).bind_text(3, calibration);
  words.empty() ? insert.bind_null(4) : insert.bind_text(4, words);
  insert.run();
  Statement find(connection_, "SELECT id FROM model WHERE checksum = ?");
  find.bind_text(1, checksum).step();
  return find.integer(0);
}

std::int64_t Store::term(const Lemma& lemma) {
  if (const auto known = terms_.find(lemma); known != terms_.end()) return known->second;
  Statement find(connection_, "SELECT id FROM term WHERE lemma = ? AND pos = ?");
  find.bind_text(1, lemma.text).bind(2, static_cast<std::int64_t>(lemma.pos));
  std::int64_t id = 0;
  if (find.step()) {
    id = find.integer(0);
  } else {
    Statement insert(connection_, "INSERT INTO term(lemma, pos, synset) VALUES(?, ?, ?)");
    insert.bind_text(1, lemma.text).bind(2, static_cast<std::int64_t>(lemma.pos));
    const auto synset = language_.first_synset(lemma);
    synset ? insert.bind(3, std::int64_t{*synset}) : insert.bind_null(3);
    insert.run();
    id = connection_.last_id();
  }
  return terms_[lemma] = id;
}

std::optional<Store::Words> Store::words(std::int64_t picture) {
  Statement find(connection_,
                 "SELECT caption.caption, picture.name FROM picture JOIN caption ON "
                 "caption.picture = picture.id WHERE picture.id = ?");
  if (!find.bind(1, picture).step()) return std::nullopt;
  Words words{.caption = find.text(0), .keywords = "", .name = replace_invalid_utf8(find.text(1))};
  Statement keywords(connection_,
                     "SELECT DISTINCT lemma FROM posting JOIN term ON term.id = posting.term WHERE "
                     "picture = ? AND source IN (4, 5) ORDER BY lemma");
  keywords.bind(1, picture);
  while (keywords.step()) words.keywords += keywords.text(0) + "\n";
  return words;
}

/// The text index keeps no text: a row is removed by telling it what the row holds.
void Store::unindex_words(std::int64_t picture) {
  const auto old = words(picture);
  if (!old) return;
  Statement remove(connection_,
                   "INSERT INTO words(words, rowid, caption, keywords, name) VALUES('delete', ?, "
                   "?, ?, ?)");
  remove.bind(1, picture).bind_text(2, old->caption).bind_text(3, old->keywords);
  remove.bind_text(4, old->name).run();
}

void Store::index_words(std::int64_t picture) {
  const auto now = words(picture);
  if (!now) return;
  Statement insert(connection_,
                   "INSERT INTO words(rowid, caption, keywords, name) VALUES(?, ?, ?, ?)");
  insert.bind(1, picture).bind_text(2, now->caption).bind_text(3, now->keywords);
  insert.bind_text(4, now->name).run();
}

void Store::count_terms(std::int64_t picture, int by) {
  Statement update(connection_, "UPDATE term SET pictures = pictures + ? WHERE id = ?");
  Statement terms(connection_, "SELECT DISTINCT term FROM posting WHERE picture = ?");
  terms.bind(1, picture);
  while (terms.step()) {
    packer_.changed(terms.integer(0), picture);
    update.bind(1, std::int64_t{by}).bind(2, terms.integer(0)).run();
  }
}

void Store::clear_postings(std::int64_t picture, bool hand_too) {
  Statement remove(connection_, std::string("DELETE FROM posting WHERE picture = ?") +
                                    (hand_too ? "" : " AND source <> 5"));
  remove.bind(1, picture).run();
  Statement captions(connection_, "DELETE FROM caption WHERE picture = ?");
  captions.bind(1, picture).run();
}

bool Store::put(const Record& record, std::int64_t model, std::string_view claimed) {
  unindex_words(record.picture);
  count_terms(record.picture, -1);
  Statement update(
      connection_,
      "UPDATE picture SET size = ?, mtime_ns = ?, content = ?, width = ?, height = ?, taken = ?, "
      "orientation = ?, dhash = ?, state = 1, claimed = NULL, why = NULL WHERE id = ? AND claimed "
      "= ?");
  update.bind(1, record.size).bind(2, record.mtime_ns).bind(3, record.content);
  update.bind(4, std::int64_t{record.facts.width}).bind(5, std::int64_t{record.facts.height});
  record.facts.taken.empty() ? update.bind_null(6) : update.bind_text(6, record.facts.taken);
  update.bind(7, std::int64_t{record.facts.orientation});
  update.bind(8, static_cast<std::int64_t>(record.dhash)).bind(9, record.picture);
  update.bind_text(10, claimed).run();
  const bool ours = connection_.changes() == 1;
  if (ours) {
    clear_postings(record.picture, false);
    Statement caption(connection_,
                      "INSERT INTO caption(picture, model, caption, text, confidence, photo, "
                      "grade, log_probability) VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
    caption.bind(1, record.picture).bind(2, model).bind_text(3, record.caption);
    caption.bind_text(4, record.text).bind(5, record.assessment.confidence);
    caption.bind(6, record.assessment.photo);
    caption.bind(7, static_cast<std::int64_t>(record.assessment.grade));
    caption.bind(8, record.log_probability).run();
    Statement posting(connection_,
                      "INSERT INTO posting(term, picture, weight, source) SELECT ?1, ?2, ?3, ?4 "
                      "WHERE NOT EXISTS (SELECT 1 FROM hidden WHERE picture = ?2 AND term = ?1) ON "
                      "CONFLICT DO UPDATE SET weight = max(weight, excluded.weight)");
    for (const Posting& word : record.postings) {
      posting.bind(1, term(word.lemma)).bind(2, record.picture);
      posting.bind(3, static_cast<std::int64_t>(std::clamp(word.weight, 1, 255)));
      posting.bind(4, static_cast<std::int64_t>(word.source)).run();
    }
    vectors_.put(record.picture, record.vector);
  }
  count_terms(record.picture, +1);
  index_words(record.picture);
  return ours;
}

void Store::forget(std::int64_t picture) {
  unindex_words(picture);
  count_terms(picture, -1);
  clear_postings(picture, false);
  count_terms(picture, +1);
  vectors_.remove(picture);
}

void Store::remove(std::int64_t picture) {
  unindex_words(picture);
  count_terms(picture, -1);
  clear_postings(picture, true);
  vectors_.remove(picture);
  Statement remove(connection_, "DELETE FROM picture WHERE id = ?");
  remove.bind(1, picture).run();
}

void Store::add_tag(std::int64_t picture, const Lemma& lemma) {
  const std::int64_t id = term(lemma);
  unindex_words(picture);
  count_terms(picture, -1);
  Statement shown(connection_, "DELETE FROM hidden WHERE picture = ? AND term = ?");
  shown.bind(1, picture).bind(2, id).run();
  Statement insert(connection_,
                   "INSERT OR REPLACE INTO posting(term, picture, weight, source) VALUES(?, ?, "
                   "255, 5)");
  insert.bind(1, id).bind(2, picture).run();
  count_terms(picture, +1);
  index_words(picture);
}

void Store::hide_tag(std::int64_t picture, const std::vector<Lemma>& lemmas) {
  unindex_words(picture);
  count_terms(picture, -1);
  for (const Lemma& lemma : lemmas) {
    const std::int64_t id = term(lemma);
    Statement remove(connection_, "DELETE FROM posting WHERE term = ? AND picture = ?");
    remove.bind(1, id).bind(2, picture).run();
    Statement hide(connection_, "INSERT OR IGNORE INTO hidden(picture, term) VALUES(?, ?)");
    hide.bind(1, picture).bind(2, id).run();
  }
  count_terms(picture, +1);
  index_words(picture);
}

}  // namespace storyteller::album
