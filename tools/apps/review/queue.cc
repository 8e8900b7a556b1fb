#include "tools/apps/review/queue.h"

#include <algorithm>
#include <map>
#include <utility>

#include "core/error.h"
#include "tools/apps/album/duplicates.h"
#include "tools/apps/review/ledger.h"

namespace storyteller::review {
namespace {

constexpr const char* kWaiting =
    "FROM judged JOIN picture ON picture.id = judged.picture LEFT JOIN decided ON decided.picture "
    "= judged.picture WHERE picture.state = 1 AND (flagged OR sampled) AND (verdict IS NULL OR "
    "verdict = 'escalate')";

std::vector<Finding> findings_of(Connection& connection, std::int64_t picture) {
  std::vector<Finding> findings;
  Statement find(connection,
                 "SELECT rule, score, threshold, flagged, proposes, severity, witness, words, "
                 "sentence, span_begin, span_end FROM finding WHERE picture = ? ORDER BY place");
  find.bind(1, picture);
  while (find.step()) {
    findings.push_back(
        {.rule = find.text(0),
         .score = find.real(1),
         .threshold = find.real(2),
         .flagged = find.integer(3) != 0,
         .proposes = find.integer(4) != 0,
         .severity = static_cast<Severity>(std::clamp<std::int64_t>(find.integer(5), 0, 2)),
         .witness = witness_named(find.text(6)),
         .words = find.text(7),
         .sentence = find.text(8),
         .begin = static_cast<size_t>(find.integer(9)),
         .end = static_cast<size_t>(find.integer(10))});
  }
  return findings;
}

std::vector<Dropped> dropped_of(Connection& connection, std::int64_t picture) {
  std::vector<Dropped> dropped;
  Statement find(connection,
                 "SELECT rule, witness, words, sentence, reason FROM dropped WHERE picture = ? "
                 "ORDER BY place");
  find.bind(1, picture);
  while (find.step()) {
    dropped.push_back(
        {find.text(0), witness_named(find.text(1)), find.text(2), find.text(3), find.text(4)});
  }
  return dropped;
}

/// Near-duplicates among pictures: [picture] the others of its group.
std::map<std::int64_t, std::vector<std::int64_t>> groups_among(
    Connection& connection, const std::vector<std::int64_t>& pictures) {
  std::vector<album::Fingerprint> prints;
  std::vector<std::int64_t> ids;
  std::vector<std::int8_t> data;
  Statement find(connection,
                 "SELECT size, content, dhash, vector, model FROM picture JOIN sight ON "
                 "sight.picture = picture.id JOIN caption ON caption.picture = picture.id WHERE "
                 "picture.id = ?");
  for (const std::int64_t picture : pictures) {
    find.bind(1, picture);
    if (find.step()) {
      prints.push_back({.picture = picture,
                        .size = find.integer(0),
                        .content = find.integer(1),
                        .model = find.integer(4),
                        .dhash = static_cast<std::uint64_t>(find.integer(2))});
      const auto bytes = find.bytes(3);
      if (bytes.size() == album::kAxes) {
        ids.push_back(picture);
        for (const std::byte byte : bytes) data.push_back(std::to_integer<std::int8_t>(byte));
      }
    }
    find.reset();
  }
  std::map<std::int64_t, std::vector<std::int64_t>> alike;
  const album::Vectors vectors(std::move(ids), std::move(data));
  for (const album::Group& group : album::duplicate_groups(prints, vectors, /*near=*/false)) {
    for (const std::int64_t picture : group.pictures) {
      for (const std::int64_t other : group.pictures) {
        if (other != picture) alike[picture].push_back(other);
      }
    }
  }
  return alike;
}

}  // namespace

PictureCase case_of(Connection& connection, std::int64_t picture) {
  PictureCase found{.id = picture, .path = path_of(connection, picture)};
  Statement row(connection,
                "SELECT ifnull(why, ''), ifnull(caption, ''), ifnull(text, ''), confidence, photo, "
                "ifnull(grade, 0), ifnull(checksum, ''), ifnull(flagged, 0), ifnull(proposes, 0) "
                "FROM picture LEFT JOIN caption ON caption.picture = picture.id LEFT JOIN model ON "
                "model.id = caption.model LEFT JOIN judged ON judged.picture = picture.id WHERE "
                "picture.id = ?");
  row.bind(1, picture).step();
  found.why_bad = row.text(0);
  found.caption = row.text(1);
  found.text = row.text(2);
  found.confidence = row.optional_real(3);
  found.photo = row.optional_real(4);
  found.grade = static_cast<int>(row.integer(5));
  found.model = row.text(6);
  found.flagged = row.integer(7) != 0;
  found.proposes = row.integer(8) != 0;
  found.findings = findings_of(connection, picture);
  found.dropped = dropped_of(connection, picture);
  Statement decisions(
      connection,
      "SELECT seq, at, by, verdict, reason, undone, decision.sha256 = sight.sha256 "
      "FROM decision LEFT JOIN sight USING(picture) WHERE picture = ? ORDER BY seq");
  decisions.bind(1, picture);
  while (decisions.step()) {
    found.decisions.push_back({.seq = decisions.integer(0),
                               .at = decisions.text(1),
                               .by = decisions.text(2),
                               .verdict = decisions.text(3),
                               .reason = decisions.text(4),
                               .undone = decisions.integer(5) != 0,
                               .of_these_bytes = decisions.integer(6) != 0});
  }
  for (const Decision& decision : found.decisions) {
    if (!decision.undone && decision.of_these_bytes) found.verdict = decision.verdict;
  }
  return found;
}

std::vector<PictureCase> waiting_cases(Connection& connection, const std::string& rule,
                                       size_t limit) {
  Statement find(connection,
                 std::string("SELECT judged.picture ") + kWaiting +
                     " AND (?1 = '' OR EXISTS(SELECT 1 FROM finding WHERE finding.picture = "
                     "judged.picture AND finding.rule = ?1 AND finding.flagged)) ORDER BY verdict "
                     "IS NULL, judged.severity DESC, uncertainty, judged.picture");
  find.bind_text(1, rule);
  std::vector<std::int64_t> pictures;
  while (find.step()) pictures.push_back(find.integer(0));
  const auto groups = groups_among(connection, pictures);
  std::vector<PictureCase> cases;
  std::vector<std::int64_t> shown;
  for (const std::int64_t picture : pictures) {
    if (cases.size() >= limit) break;
    if (std::find(shown.begin(), shown.end(), picture) != shown.end()) continue;
    cases.push_back(case_of(connection, picture));
    const auto group = groups.find(picture);
    if (group == groups.end()) continue;
    cases.back().alike = group->second;
    shown.insert(shown.end(), group->second.begin(), group->second.end());
  }
  return cases;
}

std::int64_t waiting(Connection& connection) {
  return connection.integer(std::string("SELECT count(*) ") + kWaiting).value_or(0);
}

std::vector<std::string> rule_ids(Connection& connection) {
  std::vector<std::string> ids;
  Statement find(connection, "SELECT text FROM policy WHERE id = ?");
  find.bind_text(1, kept(connection, "policy"));
  if (!find.step()) {
    throw InputError("nothing was scanned yet; storyteller review scan DIR --policy FILE does");
  }
  std::vector<PolicyProblem> problems;
  for (const Rule& rule : parse_policy(find.text(0), kStoredPolicy, &problems).rules) {
    ids.push_back(rule.id);
  }
  return ids;
}

}  // namespace storyteller::review
