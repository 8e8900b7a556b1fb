#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace storyteller::database {

/// What messages call the databases of one application.
struct Kind {
  int application = 0;               ///< `application_id`, that tells them from others
  const char* noun = "database";     ///< "album"
  const char* one = "a database";    ///< "an album"
  const char* file = "database.db";  ///< name of the one that is meant where none is named
  const char* made_by = "";          ///< "storyteller album index DIR"
  const char* again = "";            ///< what makes a lost one anew: "index again"
  const char* read = "read";         ///< what is done with one that cannot be written: "searched"
};

/// A database file of SQLite that is open. One thread at a time. What goes wrong is an Error that
/// names the file: IoError where the disk is full or another process keeps writing, InputError
/// where the file is damaged or no database.
class Connection {
 public:
  /// kFrozen: read, from a file system that nobody can write to.
  enum class Access : std::uint8_t { kRead, kWrite, kCreate, kFrozen };

  /// Readers wait for nobody; writers wait for each other.
  Connection(const std::filesystem::path& file, Access access, const Kind& kind = {});
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Statements that give no rows, separated by semicolons.
  void execute(const std::string& sql);
  /// The first column of the first row; nothing without a row, or for NULL.
  std::optional<std::int64_t> integer(const std::string& sql);
  std::string text(const std::string& sql);
  /// Rows that the last statement changed, and the id of the last row inserted.
  std::int64_t changes() const;
  std::int64_t last_id() const;

  const std::filesystem::path& file() const { return file_; }
  const Kind& kind() const { return kind_; }
  sqlite3* handle() const { return handle_; }
  /// Throws the Error of a result code.
  [[noreturn]] void fail(int code) const;

 private:
  std::filesystem::path file_;
  Kind kind_;
  sqlite3* handle_ = nullptr;
};

/// A prepared statement. Parameters and columns count from 1 and from 0, as SQLite's do.
class Statement {
 public:
  Statement(Connection& connection, std::string_view sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(int parameter, std::int64_t value);
  Statement& bind(int parameter, double value);
  Statement& bind(int parameter, const std::optional<double>& value);
  Statement& bind_text(int parameter, std::string_view value);
  Statement& bind_blob(int parameter, std::string_view bytes);
  Statement& bind_null(int parameter);

  /// Whether there is a row.
  bool step();
  /// Steps to the end, and can be bound anew.
  void run();
  /// Can be bound and stepped anew; parameters keep their values.
  void reset();

  std::int64_t integer(int column) const;
  double real(int column) const;
  bool is_null(int column) const;
  std::optional<double> optional_real(int column) const;
  std::string text(int column) const;  ///< of BLOBs, too: their bytes
  /// Valid until the next step.
  std::span<const std::byte> bytes(int column) const;

 private:
  void check(int code) const;

  Connection& connection_;
  sqlite3_stmt* statement_ = nullptr;
};

/// BEGIN IMMEDIATE: the one writer until commit(); without that all is undone.
class Transaction {
 public:
  explicit Transaction(Connection& connection);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Connection& connection_;
  bool open_ = true;
};

/// "3.40.1", and whether it was built with full-text search.
std::string sqlite_version();
bool has_fts5();

}  // namespace storyteller::database
