#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace storyteller::review {

/// How far a log is known: its entries, their bytes, the hash of the last one.
struct LogHead {
  std::int64_t entries = 0;
  std::int64_t bytes = 0;
  std::string hash = std::string(64, '0');  ///< of none
  bool operator==(const LogHead&) const = default;
};

/// An entry as a line of the log: canonical JSON (keys sorted, no blanks) with "prev", the hash of
/// the entry before it, and "hash", the SHA-256 of prev and of the line without "hash".
std::string log_line(nlohmann::json members, const LogHead& behind, std::string* hash);

/// What is wrong with a log.
struct LogProblem {
  std::int64_t line = 0;  ///< counted from 1
  std::string what;
};

struct LogCheck {
  LogHead head;           ///< of all that is whole
  size_t torn_bytes = 0;  ///< of a last line that a killed process left without its end
  std::optional<LogProblem> problem = std::nullopt;
};

/// Checks entries, each of which `each` gets, where it is not empty, until one is broken. `text`
/// follows `from`.
LogCheck check_log(std::string_view text, const LogHead& from,
                   const std::function<void(const nlohmann::json& entry)>& each = {});

/// The same of a whole log, which must hold what `known`, kept elsewhere, saw of it.
LogCheck check_whole_log(std::string_view text, const LogHead& known);

/// A log as it stands, between two entries of other processes. Throws IoError that names it.
std::string read_log(const std::filesystem::path& file);

/// The log of a review: a file to which lines are added, each of them on the disk
/// (fsync) before its caller goes on. One process holds it at a time, others wait.
class AuditLog {
 public:
  /// Opens, makes it where it is not there, and holds it. Throws IoError that names it.
  explicit AuditLog(const std::filesystem::path& file);
  ~AuditLog();
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  /// What stands behind `known`. Throws InputError where the log is shorter.
  std::string text_behind(const LogHead& known) const;
  /// Takes away what stands behind `head`: the torn line of a process that was killed.
  void cut(const LogHead& head);
  /// Adds an entry behind `head`, which it becomes.
  void append(nlohmann::json members, LogHead* head);

 private:
  [[noreturn]] void fail(const char* what, int error) const;

  std::filesystem::path file_;
  int descriptor_ = -1;
};

}  // namespace storyteller::review
