#include "tools/apps/review/ledger.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/json_name.h"
#include "core/text/utf8.h"
#include "model/image/decode.h"
#include "model/image/file_bytes.h"
#include "tools/apps/album/store.h"
#include "tools/apps/review/sha256.h"

namespace storyteller::review {
namespace {

using Json = nlohmann::json;

Json entry_of(const char* action, const std::string& by) {
  return {{"action", action}, {"at", album::utc_now()}, {"by", replace_invalid_utf8(by)}};
}

/// What the program found, for the entry of a decision.
Json evidence_of(Connection& connection, std::int64_t picture) {
  Json list = Json::array();
  Statement find(connection,
                 "SELECT rule, score, threshold, flagged, proposes, witness, words, sentence, "
                 "span_begin, span_end FROM finding WHERE picture = ? ORDER BY place");
  find.bind(1, picture);
  while (find.step()) {
    Json one = {{"rule", find.text(0)},
                {"score", find.real(1)},
                {"threshold", find.real(2)},
                {"flagged", find.integer(3) != 0},
                {"proposes", find.integer(4) != 0},
                {"source", find.text(5)}};
    if (!find.text(6).empty()) {
      one["words"] = find.text(6);
      one["sentence"] = find.text(7);
      one["span"] = {find.integer(8), find.integer(9)};
    }
    list.push_back(std::move(one));
  }
  return list;
}

/// Digest of a file as it is now; "" where it cannot be read.
std::string digest_now(const std::string& path) {
  try {
    const auto any_head = [](std::span<const std::byte>, const std::string&) {};
    return sha256(read_file_bytes(path, kMaxImageFileBytes, any_head));
  } catch (const Error&) {
    return "";
  }
}

std::string text_in(const Json& entry, const char* key) {
  const auto value = entry.find(key);
  return value != entry.end() && value->is_string() ? value->get<std::string>() : "";
}

}  // namespace

LogHead known_head(Connection& connection) {
  LogHead head;
  const std::string entries = kept(connection, "log entries");
  if (entries.empty()) return head;
  head.entries = std::stoll(entries);
  head.bytes = std::stoll(kept(connection, "log bytes"));
  head.hash = kept(connection, "log hash");
  return head;
}

std::string path_of(Connection& connection, std::int64_t picture) {
  Statement find(connection,
                 "SELECT root.path, picture.name FROM picture JOIN root ON root.id = picture.root "
                 "WHERE picture.id = ?");
  if (!find.bind(1, picture).step()) {
    throw InputError("no picture " + std::to_string(picture) +
                     " in the review; storyteller review queue lists those that wait");
  }
  return (std::filesystem::path(find.text(0)) / find.text(1)).string();
}

Ledger::Ledger(Connection& connection, std::string* mended) : connection_(connection) {
  AuditLog log(audit_log_of(connection));
  catch_up(log, mended);
}

void Ledger::catch_up(AuditLog& log, std::string* mended) {
  head_ = known_head(connection_);
  const std::string text = log.text_behind(head_);
  if (text.empty()) return;
  const std::string name = printable_path(audit_log_of(connection_).string());
  Transaction transaction(connection_);
  const LogCheck check = check_log(text, head_, [&](const Json& entry) { apply(entry); });
  if (check.problem) {
    throw InputError(name + ":" + std::to_string(check.problem->line) + ": " + check.problem->what +
                     "; storyteller review verify checks all of it");
  }
  if (mended != nullptr) {
    if (check.torn_bytes > 0) {
      *mended = name + ": half an entry at its end, of a process that was killed, was cut off";
    } else {
      *mended = name + ": " + std::to_string(check.head.entries - head_.entries) +
                " entries of a process that was killed were read";
    }
  }
  if (check.torn_bytes > 0) log.cut(check.head);
  head_ = check.head;
  keep(connection_, "log entries", std::to_string(head_.entries));
  keep(connection_, "log bytes", std::to_string(head_.bytes));
  keep(connection_, "log hash", head_.hash);
  transaction.commit();
}

void Ledger::append(AuditLog& log, const Json& members) {
  log.append(members, &head_);
  Transaction transaction(connection_);
  Json entry = members;
  entry["seq"] = head_.entries;
  apply(entry);
  keep(connection_, "log entries", std::to_string(head_.entries));
  keep(connection_, "log bytes", std::to_string(head_.bytes));
  keep(connection_, "log hash", head_.hash);
  transaction.commit();
}

void Ledger::apply(const Json& entry) {
  const std::string action = text_in(entry, "action");
  if (action == "decide") {
    Statement insert(
        connection_,
        "INSERT OR IGNORE INTO decision(seq, picture, sha256, at, by, verdict, reason, "
        "proposed, rules) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)");
    std::string rules;
    bool proposed = false;
    for (const Json& one : entry.value("evidence", Json::array())) {
      if (!one.value("flagged", false)) continue;
      rules += (rules.empty() ? "" : " ") + text_in(one, "rule");
      proposed = proposed || one.value("proposes", false);
    }
    const Json picture = entry.value("picture", Json::object());
    insert.bind(1, entry.at("seq").get<std::int64_t>());
    insert.bind(2, picture.value("id", std::int64_t{0})).bind_text(3, text_in(picture, "sha256"));
    insert.bind_text(4, text_in(entry, "at")).bind_text(5, text_in(entry, "by"));
    insert.bind_text(6, text_in(entry, "decision")).bind_text(7, text_in(entry, "reason"));
    insert.bind(8, std::int64_t{proposed ? 1 : 0}).bind_text(9, rules).run();
  } else if (action == "undo") {
    Statement update(connection_, "UPDATE decision SET undone = 1 WHERE seq = ?");
    update.bind(1, entry.value("undoes", std::int64_t{0})).run();
  }
}

void Ledger::add_scan(const std::string& by, const Json& what) {
  AuditLog log(audit_log_of(connection_));
  catch_up(log, nullptr);
  Json entry = entry_of("scan", by);
  entry.update(what);
  append(log, entry);
}

void Ledger::decide(const std::vector<std::int64_t>& pictures, std::string_view verdict,
                    const std::string& by, const std::string& reason) {
  std::vector<Json> entries;
  for (const std::int64_t picture : pictures) {
    const std::string path = path_of(connection_, picture);
    Statement find(connection_,
                   "SELECT sight.sha256, policy.sha256, model.checksum FROM sight JOIN judged "
                   "USING(picture) JOIN policy ON policy.id = judged.policy JOIN caption "
                   "USING(picture) JOIN model ON model.id = caption.model WHERE picture = ?");
    if (!find.bind(1, picture).step()) {
      throw InputError("picture " + std::to_string(picture) + ", " + printable_path(path) +
                       ", was not scanned to the end; scan again");
    }
    const std::string now = digest_now(path);
    if (!now.empty() && now != find.text(0)) {
      throw InputError("picture " + std::to_string(picture) + ", " + printable_path(path) +
                       ", has changed since it was scanned; scan again");
    }
    Json entry = entry_of("decide", by);
    entry["picture"] = {{"id", picture}, {"sha256", find.text(0)}};
    set_name(entry["picture"], "path", path);
    entry["policy"] = find.text(1);
    entry["model"] = find.text(2);
    entry["evidence"] = evidence_of(connection_, picture);
    entry["decision"] = verdict;
    entry["reason"] = replace_invalid_utf8(reason);
    entries.push_back(std::move(entry));
  }
  AuditLog log(audit_log_of(connection_));
  catch_up(log, nullptr);
  for (const Json& entry : entries) append(log, entry);
}

std::string Ledger::undo(std::int64_t picture, const std::string& by, const std::string& reason) {
  const std::string path = path_of(connection_, picture);
  AuditLog log(audit_log_of(connection_));
  catch_up(log, nullptr);
  std::int64_t seq = 0;
  std::string what, digest;
  {
    Statement find(connection_,
                   "SELECT seq, verdict, by, sha256 FROM decision WHERE picture = ? AND undone = 0 "
                   "ORDER BY seq DESC LIMIT 1");
    if (!find.bind(1, picture).step()) {
      throw InputError("nothing was decided about picture " + std::to_string(picture) + ", " +
                       printable_path(path));
    }
    seq = find.integer(0);
    what = find.text(1) + " by " + find.text(2);
    digest = find.text(3);
  }
  Json entry = entry_of("undo", by);
  entry["picture"] = {{"id", picture}, {"sha256", digest}};
  set_name(entry["picture"], "path", path);
  entry["undoes"] = seq;
  entry["reason"] = replace_invalid_utf8(reason);
  append(log, entry);
  return what;
}

}  // namespace storyteller::review
