#include "tools/apps/database/sqlite.h"

#include <sqlite3.h>

#include <cerrno>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/system/write_failure.h"
#include "core/text/hex.h"

namespace storyteller::database {
namespace {

/// How long a writer waits for another, and how often it begins to wait anew.
constexpr int kBusyMilliseconds = 5000, kPatience = 12;

std::string name_of(const std::filesystem::path& file) { return printable_path(file.string()); }

/// A name that tells SQLite to take no lock and to look for no log of changes.
std::string frozen_name(const std::filesystem::path& file) {
  std::string name = "file:";
  for (const char c : std::filesystem::absolute(file).string()) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/';
    name += plain ? std::string(1, c) : "%" + hex(static_cast<unsigned char>(c), 2);
  }
  return name + "?immutable=1";
}

}  // namespace

Connection::Connection(const std::filesystem::path& file, Access access, const Kind& kind)
    : file_(file), kind_(kind) {
  const int flags = access == Access::kCreate   ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                    : access == Access::kWrite  ? SQLITE_OPEN_READWRITE
                    : access == Access::kFrozen ? SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
                                                : SQLITE_OPEN_READONLY;
  const std::string name = access == Access::kFrozen ? frozen_name(file) : file.string();
  const int code = sqlite3_open_v2(name.c_str(), &handle_, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code != SQLITE_OK) {
    const std::string why = handle_ == nullptr ? "no memory" : sqlite3_errmsg(handle_);
    sqlite3_close_v2(handle_);
    throw IoError(name_of(file_) + ": cannot be opened: " + why);
  }
  sqlite3_busy_timeout(handle_, kBusyMilliseconds);
}

Connection::~Connection() { sqlite3_close_v2(handle_); }

void Connection::fail(int code) const {
  const std::string name = name_of(file_), why = sqlite3_errmsg(handle_), noun = kind_.noun;
  switch (code & 0xff) {
    case SQLITE_FULL:
      throw IoError(name + ": cannot be written" + write_failure(file_.parent_path(), 0, ENOSPC));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw IoError(name + ": another process keeps writing it; try again when that is done");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      throw InputError(name + ": is no " + noun + ", or is damaged (" + why +
                       "); restore a copy, or remove it and " + kind_.again);
    case SQLITE_NOMEM:
      throw MemoryError(name + ": not enough memory for the " + noun);
    case SQLITE_READONLY:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      throw IoError(name + ": " + why + "; --db names another place for the " + noun);
    default:
      throw InternalError(name + ": " + why);
  }
}

void Connection::execute(const std::string& sql) {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

std::optional<std::int64_t> Connection::integer(const std::string& sql) {
  Statement statement(*this, sql);
  if (!statement.step() || statement.is_null(0)) return std::nullopt;
  return statement.integer(0);
}

std::string Connection::text(const std::string& sql) {
  Statement statement(*this, sql);
  return statement.step() ? statement.text(0) : "";
}

std::int64_t Connection::changes() const { return sqlite3_changes64(handle_); }
std::int64_t Connection::last_id() const { return sqlite3_last_insert_rowid(handle_); }

Statement::Statement(Connection& connection, std::string_view sql) : connection_(connection) {
  check(sqlite3_prepare_v2(connection.handle(), sql.data(), static_cast<int>(sql.size()),
                           &statement_, nullptr));
}

Statement::~Statement() { sqlite3_finalize(statement_); }

void Statement::check(int code) const {
  if (code != SQLITE_OK) connection_.fail(code);
}

Statement& Statement::bind(int parameter, std::int64_t value) {
  check(sqlite3_bind_int64(statement_, parameter, value));
  return *this;
}

Statement& Statement::bind(int parameter, double value) {
  check(sqlite3_bind_double(statement_, parameter, value));
  return *this;
}

Statement& Statement::bind(int parameter, const std::optional<double>& value) {
  return value ? bind(parameter, *value) : bind_null(parameter);
}

Statement& Statement::bind_text(int parameter, std::string_view value) {
  check(sqlite3_bind_text64(statement_, parameter, value.data(), value.size(), SQLITE_TRANSIENT,
                            SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind_blob(int parameter, std::string_view bytes) {
  check(sqlite3_bind_blob64(statement_, parameter, bytes.empty() ? "" : bytes.data(), bytes.size(),
                            SQLITE_TRANSIENT));
  return *this;
}

Statement& Statement::bind_null(int parameter) {
  check(sqlite3_bind_null(statement_, parameter));
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  sqlite3_reset(statement_);
  connection_.fail(code);
}

void Statement::run() {
  while (step()) {
  }
  sqlite3_reset(statement_);
}

void Statement::reset() { sqlite3_reset(statement_); }

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}
double Statement::real(int column) const { return sqlite3_column_double(statement_, column); }
bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}
std::optional<double> Statement::optional_real(int column) const {
  return is_null(column) ? std::nullopt : std::optional(real(column));
}

std::span<const std::byte> Statement::bytes(int column) const {
  const auto* begin = static_cast<const std::byte*>(sqlite3_column_blob(statement_, column));
  return {begin, static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
}

std::string Statement::text(int column) const {
  const auto found = bytes(column);
  return {reinterpret_cast<const char*>(found.data()), found.size()};
}

Transaction::Transaction(Connection& connection) : connection_(connection) {
  for (int tries = 1;; ++tries) {
    const int code =
        sqlite3_exec(connection.handle(), "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
    if (code == SQLITE_OK) return;
    if ((code & 0xff) != SQLITE_BUSY || tries >= kPatience) connection.fail(code);
  }
}

Transaction::~Transaction() {
  if (open_) sqlite3_exec(connection_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  connection_.execute("COMMIT");
  open_ = false;
}

std::string sqlite_version() { return sqlite3_libversion(); }

bool has_fts5() { return sqlite3_compileoption_used("ENABLE_FTS5") != 0; }

}  // namespace storyteller::database
