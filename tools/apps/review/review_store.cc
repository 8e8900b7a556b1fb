#include "tools/apps/review/review_store.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tools/apps/album/claims.h"
#include "tools/apps/album/picture_words.h"
#include "tools/apps/album/store.h"
#include "tools/apps/review/sha256.h"

namespace storyteller::review {
namespace {

/// Pictures that are judged in one transaction.
constexpr size_t kTogether = 64;

/// A draw in [0, 1) that the bytes of a picture and a policy make.
double draw_of(const Policy& policy, std::string_view picture_sha256, const char* what) {
  constexpr size_t kDigits = 13;  // 52 bits
  const std::string digits = sha256(std::string(picture_sha256) + policy.sha256 + what);
  return static_cast<double>(std::stoull(digits.substr(0, kDigits), nullptr, 16)) /
         static_cast<double>(std::uint64_t{1} << 52);
}

std::int64_t policy_row(Connection& connection, const Policy& policy) {
  Statement insert(connection,
                   "INSERT OR IGNORE INTO policy(sha256, name, text, at) VALUES(?, ?, ?, ?)");
  insert.bind_text(1, policy.sha256).bind_text(2, policy.name).bind_text(3, policy.text);
  insert.bind_text(4, album::utc_now()).run();
  Statement find(connection, "SELECT id FROM policy WHERE sha256 = ?");
  find.bind_text(1, policy.sha256).step();
  return find.integer(0);
}

struct Waiting {
  std::int64_t picture = 0;
  std::string sha256, seen;
};

void write_findings(Connection& connection, std::int64_t picture, const Judgement& judgement) {
  for (const char* table : {"finding", "dropped"}) {
    Statement clear(connection, std::string("DELETE FROM ") + table + " WHERE picture = ?");
    clear.bind(1, picture).run();
  }
  Statement finding(
      connection,
      "INSERT INTO finding(picture, place, rule, score, threshold, flagged, proposes, "
      "severity, witness, words, sentence, span_begin, span_end) VALUES(?, ?, ?, ?, "
      "?, ?, ?, ?, ?, ?, ?, ?, ?)");
  std::int64_t place = 0;
  for (const Finding& one : judgement.findings) {
    finding.bind(1, picture).bind(2, place++).bind_text(3, one.rule).bind(4, one.score);
    finding.bind(5, one.threshold).bind(6, std::int64_t{one.flagged ? 1 : 0});
    finding.bind(7, std::int64_t{one.proposes ? 1 : 0});
    finding.bind(8, static_cast<std::int64_t>(one.severity));
    finding.bind_text(9, name_of(one.witness)).bind_text(10, one.words);
    finding.bind_text(11, one.sentence).bind(12, static_cast<std::int64_t>(one.begin));
    finding.bind(13, static_cast<std::int64_t>(one.end)).run();
  }
  Statement dropped(connection,
                    "INSERT INTO dropped(picture, place, rule, witness, words, sentence, reason) "
                    "VALUES(?, ?, ?, ?, ?, ?, ?)");
  place = 0;
  for (const Dropped& one : judgement.dropped) {
    dropped.bind(1, picture).bind(2, place++).bind_text(3, one.rule);
    dropped.bind_text(4, name_of(one.witness)).bind_text(5, one.words);
    dropped.bind_text(6, one.sentence).bind_text(7, one.reason).run();
  }
}

}  // namespace

std::int64_t ReviewStore::model(const std::string& checksum, const std::string& name) {
  Statement insert(connection_, "INSERT OR IGNORE INTO model(checksum, name) VALUES(?, ?)");
  insert.bind_text(1, checksum).bind_text(2, name).run();
  Statement find(connection_, "SELECT id FROM model WHERE checksum = ?");
  find.bind_text(1, checksum).step();
  return find.integer(0);
}

void ReviewStore::forget(std::int64_t picture) {
  for (const char* table : {"caption", "sight", "judged", "finding", "dropped"}) {
    Statement clear(connection_, std::string("DELETE FROM ") + table + " WHERE picture = ?");
    clear.bind(1, picture).run();
  }
}

bool ReviewStore::put(const album::Record& record, std::int64_t model, std::string_view claimed) {
  Statement update(connection_,
                   "UPDATE picture SET size = ?, mtime_ns = ?, content = ?, dhash = ?, state = 1, "
                   "claimed = NULL, why = NULL WHERE id = ? AND claimed = ?");
  update.bind(1, record.size).bind(2, record.mtime_ns).bind(3, record.content);
  update.bind(4, static_cast<std::int64_t>(record.dhash)).bind(5, record.picture);
  update.bind_text(6, claimed).run();
  if (connection_.changes() != 1) return false;
  forget(record.picture);
  Statement caption(connection_,
                    "INSERT INTO caption(picture, model, caption, text, confidence, photo, grade) "
                    "VALUES(?, ?, ?, ?, ?, ?, ?)");
  caption.bind(1, record.picture).bind(2, model).bind_text(3, record.caption);
  caption.bind_text(4, record.text).bind(5, record.assessment.confidence);
  caption.bind(6, record.assessment.photo);
  caption.bind(7, static_cast<std::int64_t>(record.assessment.grade)).run();
  Sight sight{.confidence = record.assessment.confidence, .photo = record.assessment.photo};
  for (const album::Hypothesis& hypothesis : record.hypotheses) {
    std::string sentence;
    for (const std::string& word : hypothesis.words) {
      sentence += (sentence.empty() ? "" : " ") + word;
    }
    sight.said.push_back({std::move(sentence), hypothesis.share});
  }
  for (const album::Detection& seen : record.detections) sight.seen.push_back({seen.word, seen.p});
  std::stable_sort(sight.seen.begin(), sight.seen.end(),
                   [](const auto& a, const auto& b) { return a.p > b.p; });
  if (sight.seen.size() > album::kMostDetections) sight.seen.resize(album::kMostDetections);
  sight.keywords = record.facts.keywords;
  Statement insert(connection_,
                   "INSERT INTO sight(picture, sha256, vector, seen) VALUES(?, ?, ?, ?)");
  const auto* bytes = reinterpret_cast<const char*>(record.vector.data());
  insert.bind(1, record.picture).bind_text(2, record.digest);
  insert.bind_blob(3, {bytes, record.vector.size()}).bind_text(4, sight.json()).run();
  return true;
}

bool is_sampled(const Policy& policy, std::string_view picture_sha256) {
  return draw_of(policy, picture_sha256, "sample") < policy.sample_passes;
}

JudgedCounts judge_all(Connection& connection, const Judge& judge,
                       const std::vector<std::int64_t>& roots) {
  JudgedCounts counts;
  const Policy& policy = judge.policy();
  std::int64_t row = 0;
  {
    Transaction transaction(connection);
    row = policy_row(connection, policy);
    keep(connection, "policy", std::to_string(row));
    transaction.commit();
  }
  const std::string in_roots = " state = 1 AND root IN " + album::in_list(roots);
  Statement waiting(connection,
                    "SELECT picture.id, sha256, seen FROM picture JOIN sight ON sight.picture = "
                    "picture.id LEFT JOIN judged ON judged.picture = picture.id WHERE" +
                        in_roots + " AND judged.policy IS NOT ? ORDER BY picture.id LIMIT ?");
  for (;;) {
    waiting.bind(1, row).bind(2, static_cast<std::int64_t>(kTogether));
    std::vector<Waiting> batch;
    while (waiting.step()) batch.push_back({waiting.integer(0), waiting.text(1), waiting.text(2)});
    waiting.reset();
    if (batch.empty()) break;
    std::vector<Judgement> judgements;
    judgements.reserve(batch.size());
    for (const Waiting& one : batch) judgements.push_back(judge.judge(Sight::of_json(one.seen)));
    Transaction transaction(connection);
    Statement insert(connection,
                     "INSERT OR REPLACE INTO judged(picture, policy, flagged, proposes, sampled, "
                     "severity, uncertainty) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE EXISTS(SELECT "
                     "1 FROM sight WHERE picture = ?1 AND sha256 = ?8)");
    for (size_t i = 0; i < batch.size(); ++i) {
      const Judgement& found = judgements[i];
      const bool sampled = !found.flagged && is_sampled(policy, batch[i].sha256);
      // Among others, so that its place does not tell that it is one of a sample.
      const double uncertainty =
          sampled ? draw_of(policy, batch[i].sha256, "place") / 2 : found.uncertainty;
      const int severity = sampled ? static_cast<int>(Severity::kNormal) + 1 : found.severity;
      insert.bind(1, batch[i].picture).bind(2, row);
      insert.bind(3, std::int64_t{found.flagged ? 1 : 0});
      insert.bind(4, std::int64_t{found.proposes ? 1 : 0});
      insert.bind(5, std::int64_t{sampled ? 1 : 0}).bind(6, std::int64_t{severity});
      insert.bind(7, uncertainty).bind_text(8, batch[i].sha256).run();
      if (connection.changes() == 0) continue;  // another process scanned it anew
      counts.judged += 1;
      write_findings(connection, batch[i].picture, found);
    }
    transaction.commit();
  }
  Statement all(connection,
                "SELECT sum(flagged), sum(proposes), sum(sampled) FROM judged JOIN picture ON "
                "picture.id = judged.picture WHERE" +
                    in_roots);
  if (all.step()) {
    counts.flagged = all.integer(0);
    counts.proposed = all.integer(1);
    counts.sampled = all.integer(2);
  }
  return counts;
}

}  // namespace storyteller::review
