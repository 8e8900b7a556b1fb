#include "tools/apps/review/review_file.h"

#include "core/error.h"
#include "core/system/printable.h"
#include "tools/apps/database/place.h"

namespace storyteller::review {
namespace {

constexpr int kSchemaVersion = 1;

/// root, picture, model and caption are as the album has them: its scan and its claims work on
/// them.
constexpr const char* kTables = R"(
CREATE TABLE root(
  id INTEGER PRIMARY KEY,
  path BLOB NOT NULL UNIQUE,
  volume TEXT NOT NULL) STRICT;
CREATE TABLE picture(
  id INTEGER PRIMARY KEY,
  root INTEGER NOT NULL REFERENCES root(id),
  name BLOB NOT NULL,
  size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  content INTEGER,
  dhash INTEGER,
  state INTEGER NOT NULL,
  claimed TEXT,
  why TEXT,
  UNIQUE(root, name)) STRICT;
CREATE INDEX picture_queue ON picture(id) WHERE state = 0;
CREATE TABLE model(
  id INTEGER PRIMARY KEY,
  checksum TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL) STRICT;
CREATE TABLE caption(
  picture INTEGER NOT NULL REFERENCES picture(id) ON DELETE CASCADE,
  model INTEGER NOT NULL REFERENCES model(id),
  caption TEXT NOT NULL,
  text TEXT NOT NULL,
  confidence REAL, photo REAL,
  grade INTEGER NOT NULL,
  PRIMARY KEY(picture, model)) STRICT, WITHOUT ROWID;
CREATE TABLE sight(
  picture INTEGER PRIMARY KEY REFERENCES picture(id) ON DELETE CASCADE,
  sha256 TEXT NOT NULL,
  vector BLOB NOT NULL,
  seen TEXT NOT NULL) STRICT;
CREATE TABLE policy(
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  text TEXT NOT NULL,
  at TEXT NOT NULL) STRICT;
CREATE TABLE judged(
  picture INTEGER PRIMARY KEY REFERENCES picture(id) ON DELETE CASCADE,
  policy INTEGER NOT NULL REFERENCES policy(id),
  flagged INTEGER NOT NULL,
  proposes INTEGER NOT NULL,
  sampled INTEGER NOT NULL,
  severity INTEGER NOT NULL,
  uncertainty REAL NOT NULL) STRICT;
CREATE TABLE finding(
  picture INTEGER NOT NULL REFERENCES picture(id) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  rule TEXT NOT NULL,
  score REAL NOT NULL, threshold REAL NOT NULL,
  flagged INTEGER NOT NULL,
  proposes INTEGER NOT NULL,
  severity INTEGER NOT NULL,
  witness TEXT NOT NULL,
  words TEXT NOT NULL, sentence TEXT NOT NULL,
  span_begin INTEGER NOT NULL, span_end INTEGER NOT NULL,
  PRIMARY KEY(picture, place)) STRICT, WITHOUT ROWID;
CREATE TABLE dropped(
  picture INTEGER NOT NULL REFERENCES picture(id) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  rule TEXT NOT NULL,
  witness TEXT NOT NULL,
  words TEXT NOT NULL, sentence TEXT NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY(picture, place)) STRICT, WITHOUT ROWID;
CREATE TABLE decision(
  seq INTEGER PRIMARY KEY,
  picture INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL,
  verdict TEXT NOT NULL,
  reason TEXT NOT NULL,
  proposed INTEGER NOT NULL,
  rules TEXT NOT NULL,
  undone INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE INDEX decision_picture ON decision(picture);
CREATE VIEW decided AS
  SELECT decision.* FROM decision JOIN sight USING(picture, sha256)
  WHERE undone = 0 AND seq = (SELECT max(seq) FROM decision AS later
    WHERE later.picture = decision.picture AND later.sha256 = decision.sha256 AND later.undone = 0);
CREATE TABLE kept(
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL) STRICT, WITHOUT ROWID;
)";

void make_tables(Connection& connection) {
  connection.execute("PRAGMA page_size = 4096; PRAGMA journal_mode = WAL");
  Transaction transaction(connection);
  if (connection.integer("PRAGMA application_id") == kReview.application) return;  // by another
  connection.execute(kTables);
  connection.execute("PRAGMA application_id = " + std::to_string(kReview.application));
  connection.execute("PRAGMA user_version = " + std::to_string(kSchemaVersion));
  transaction.commit();
}

}  // namespace

bool review_is_there(const std::filesystem::path& asked) {
  std::string note;
  std::error_code failure;
  return std::filesystem::is_regular_file(database::place_of(kReview, asked, &note), failure);
}

std::unique_ptr<Connection> open_review(const std::filesystem::path& asked,
                                        Connection::Access access) {
  auto connection = database::open(kReview, asked, access);
  connection->execute(
      "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA synchronous = NORMAL");
  const bool empty = connection->integer("SELECT count(*) FROM sqlite_schema") == 0;
  if (empty && access == Connection::Access::kCreate) make_tables(*connection);
  const std::string name = printable_path(connection->file().string());
  if (connection->integer("PRAGMA application_id") != kReview.application) {
    throw InputError(name + ": is no review" + (empty ? " yet" : " but another database") +
                     "; --db names one that storyteller review scan made");
  }
  if (connection->integer("PRAGMA user_version") != kSchemaVersion) {
    throw InputError(name + ": was made by a later storyteller, which this one cannot read");
  }
  if (access == Connection::Access::kRead) connection->execute("PRAGMA query_only = ON");
  return connection;
}

std::filesystem::path audit_log_of(const Connection& connection) {
  return connection.file().parent_path() / (connection.file().stem().string() + ".audit.jsonl");
}

std::string kept(Connection& connection, const char* key) {
  Statement find(connection, "SELECT value FROM kept WHERE key = ?");
  return find.bind_text(1, key).step() ? find.text(0) : "";
}

void keep(Connection& connection, const char* key, const std::string& value) {
  Statement insert(connection, "INSERT OR REPLACE INTO kept(key, value) VALUES(?, ?)");
  insert.bind_text(1, key).bind_text(2, value).run();
}

}  // namespace storyteller::review
