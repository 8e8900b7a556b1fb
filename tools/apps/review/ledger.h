#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "tools/apps/review/audit_log.h"
#include "tools/apps/review/review_file.h"

namespace storyteller::review {

/// What a person decides about a picture.
inline constexpr const char *kPass = "pass", *kReject = "reject", *kEscalate = "escalate";

/// Decisions: the log of a review is the truth, the database follows it. A process that is killed
/// between the two loses nothing: the next one reads what the log has more.
class Ledger {
 public:
  /// Opens the log of a review that can be written. What a killed process left behind is read or,
  /// where it is half a line, cut; then `mended` says so. Throws InputError where the log is
  /// broken.
  Ledger(Connection& connection, std::string* mended);

  /// What a run of `scan` did.
  void add_scan(const std::string& by, const nlohmann::json& what);
  /// A decision about pictures as they were scanned; one entry each, in order of `pictures`.
  /// Throws InputError for a picture that was not scanned, or whose file has changed since.
  void decide(const std::vector<std::int64_t>& pictures, std::string_view verdict,
              const std::string& by, const std::string& reason);
  /// Takes the last decision about a picture back: an entry more, none less. Returns what was taken
  /// back: "reject by Ann". Throws InputError where there is none.
  std::string undo(std::int64_t picture, const std::string& by, const std::string& reason);

 private:
  void catch_up(AuditLog& log, std::string* mended);
  void append(AuditLog& log, const nlohmann::json& members);
  void apply(const nlohmann::json& entry);

  Connection& connection_;
  LogHead head_;
};

/// How far the database has read the log.
LogHead known_head(Connection& connection);

/// The path of a picture. Throws InputError where there is none of that number.
std::string path_of(Connection& connection, std::int64_t picture);

}  // namespace storyteller::review
