#include "tools/apps/album/schema.h"

#include "core/error.h"
#include "core/system/printable.h"
#include "tools/apps/album/packed_postings.h"

namespace storyteller::album {
namespace {

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
  width INTEGER, height INTEGER,
  taken TEXT,
  orientation INTEGER,
  dhash INTEGER,
  state INTEGER NOT NULL,
  claimed TEXT,
  why TEXT,
  UNIQUE(root, name)) STRICT;
CREATE INDEX picture_queue ON picture(id) WHERE state = 0;
CREATE INDEX picture_missing ON picture(id) WHERE state = 3;
CREATE TABLE model(
  id INTEGER PRIMARY KEY,
  checksum TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  calibration TEXT) STRICT;
CREATE TABLE caption(
  picture INTEGER NOT NULL REFERENCES picture(id) ON DELETE CASCADE,
  model INTEGER NOT NULL REFERENCES model(id),
  caption TEXT NOT NULL,
  text TEXT NOT NULL,
  confidence REAL, photo REAL,
  grade INTEGER NOT NULL,
  log_probability REAL,
  PRIMARY KEY(picture, model)) STRICT, WITHOUT ROWID;
CREATE TABLE term(
  id INTEGER PRIMARY KEY,
  lemma TEXT NOT NULL,
  pos INTEGER NOT NULL,
  synset INTEGER,
  pictures INTEGER NOT NULL DEFAULT 0,
  UNIQUE(lemma, pos)) STRICT;
CREATE TABLE posting(
  term INTEGER NOT NULL REFERENCES term(id),
  picture INTEGER NOT NULL REFERENCES picture(id) ON DELETE CASCADE,
  source INTEGER NOT NULL,
  weight INTEGER NOT NULL,
  PRIMARY KEY(term, picture, source)) STRICT, WITHOUT ROWID;
CREATE INDEX posting_picture ON posting(picture);
CREATE TABLE hidden(
  picture INTEGER NOT NULL REFERENCES picture(id) ON DELETE CASCADE,
  term INTEGER NOT NULL REFERENCES term(id),
  PRIMARY KEY(picture, term)) STRICT, WITHOUT ROWID;
CREATE TABLE vectors(
  block INTEGER PRIMARY KEY,
  ids BLOB NOT NULL,
  data BLOB NOT NULL) STRICT;
CREATE VIRTUAL TABLE words USING fts5(
  caption, keywords, name, content='',
  tokenize='porter unicode61 remove_diacritics 2', prefix='2 3');
CREATE TABLE journal(
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  what TEXT NOT NULL,
  detail TEXT NOT NULL) STRICT;
)";

/// What version 2 has beyond version 1: postings as searches read them, what filters look for, and
/// known_words() of models.
constexpr const char* kSecondTables = R"(
CREATE TABLE packed(
  term INTEGER NOT NULL REFERENCES term(id),
  block INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY(term, block)) STRICT, WITHOUT ROWID;
CREATE INDEX picture_taken ON picture(taken) WHERE taken IS NOT NULL;
CREATE INDEX caption_grade ON caption(grade);
ALTER TABLE model ADD COLUMN words TEXT;
)";

void create_schema(Connection& connection) {
  Transaction transaction(connection);
  if (connection.integer("PRAGMA application_id") == kApplicationId) return;  // another was faster
  connection.execute(kTables);
  connection.execute(kSecondTables);
  connection.execute("PRAGMA application_id = " + std::to_string(kApplicationId));
  connection.execute("PRAGMA user_version = " + std::to_string(kSchemaVersion));
  transaction.commit();
}

void upgrade_schema(Connection& connection) {
  Transaction transaction(connection);
  if (schema_version(connection) != 1) return;  // another was faster
  connection.execute(kSecondTables);
  Statement write(connection, "INSERT INTO packed(term, block, data) VALUES(?, ?, ?)");
  for_each_packed(connection, [&](std::int64_t term, std::int64_t block, const std::string& data) {
    write.bind(1, term).bind(2, block).bind_blob(3, data).run();
  });
  connection.execute("PRAGMA user_version = " + std::to_string(kSchemaVersion));
  transaction.commit();
}

}  // namespace

int schema_version(Connection& connection) {
  return static_cast<int>(connection.integer("PRAGMA user_version").value_or(0));
}

void prepare_connection(Connection& connection) {
  connection.execute(
      "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA synchronous = NORMAL");
}

void prepare_schema(Connection& connection, Connection::Access access) {
  const std::string name = printable_path(connection.file().string());
  const auto application = connection.integer("PRAGMA application_id");
  const bool empty = connection.integer("SELECT count(*) FROM sqlite_schema") == 0;
  if (empty && application == 0 && access == Connection::Access::kCreate) {
    if (!database::has_fts5()) {
      throw DeviceError("SQLite " + database::sqlite_version() +
                        " of this machine was built without full-text search (FTS5); install the "
                        "distribution's libsqlite3-0");
    }
    connection.execute("PRAGMA page_size = 4096; PRAGMA journal_mode = WAL");
    create_schema(connection);
  } else if (application != kApplicationId) {
    throw InputError(name + ": is no album" + (empty ? " yet" : " but another database") +
                     "; --db names one that storyteller album index made");
  }
  const bool writes = access == Connection::Access::kWrite || access == Connection::Access::kCreate;
  if (writes && schema_version(connection) == 1) upgrade_schema(connection);
  const int version = schema_version(connection);
  if (version < 1 || version > kSchemaVersion) {
    throw InputError(name + ": an album of version " + std::to_string(version) +
                     ", made by a later storyteller; this one knows versions up to " +
                     std::to_string(kSchemaVersion));
  }
}

}  // namespace storyteller::album
