#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/apps/review/evidence.h"
#include "tools/apps/review/review_file.h"

namespace storyteller::review {

/// What was decided, by whom.
struct Decision {
  std::int64_t seq = 0;
  std::string at = {}, by = {}, verdict = {}, reason = {};
  bool undone = false;
  bool of_these_bytes = true;  ///< false: the file was another then
};

/// All that is known of a picture.
struct PictureCase {
  std::int64_t id = 0;
  std::string path = {};
  std::string why_bad = {};  ///< it cannot be read
  std::string caption = {}, text = {}, model = {};
  std::optional<double> confidence = {}, photo = {};
  int grade = 0;
  bool flagged = false, proposes = false;
  std::vector<Finding> findings = {};
  std::vector<Dropped> dropped = {};
  std::vector<Decision> decisions = {};  ///< the oldest first
  std::string verdict = {};              ///< in force; "" of none
  std::vector<std::int64_t> alike = {};  ///< near-duplicates that wait, too
};

/// Throws InputError where there is no picture of that number.
PictureCase case_of(Connection& connection, std::int64_t picture);

/// Pictures that wait for a decision: proposals to reject, then by severity, then those whose score
/// is nearest to a threshold, then the oldest; what was escalated waits again, first of all.
/// Near-duplicates stand once, with the others in `alike`. `rule`: only what that one found; "":
/// all.
std::vector<PictureCase> waiting_cases(Connection& connection, const std::string& rule,
                                       size_t limit);

/// How many wait.
std::int64_t waiting(Connection& connection);

/// Rules of the policy in force, in its order. Throws InputError where nothing was scanned.
std::vector<std::string> rule_ids(Connection& connection);

}  // namespace storyteller::review
