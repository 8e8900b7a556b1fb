#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tools/apps/album/keeper.h"
#include "tools/apps/review/evidence.h"
#include "tools/apps/review/review_file.h"

namespace storyteller::review {

/// Writes what is found out about pictures into a review.
class ReviewStore : public album::Keeper {
 public:
  using Keeper::Keeper;

  /// The row of a model; made where it is not there.
  std::int64_t model(const std::string& checksum, const std::string& name);

  bool put(const album::Record& record, std::int64_t model, std::string_view claimed) override;
  void flush() override {}

 private:
  void forget(std::int64_t picture) override;
};

/// What a scan of some roots comes to.
struct JudgedCounts {
  std::int64_t judged = 0;   ///< anew
  std::int64_t flagged = 0;  ///< of all: a person looks
  std::int64_t proposed = 0;
  std::int64_t sampled = 0;  ///< that no rule found, and are looked at all the same
};

/// Judges all pictures of these roots that this policy has not judged yet, in transactions of some.
/// What was decided stays. Two processes may judge at once: they come to the same.
JudgedCounts judge_all(Connection& connection, const Judge& judge,
                       const std::vector<std::int64_t>& roots);

/// Whether a picture that no rule found is looked at all the same: by its bytes and the policy, so
/// that a second scan draws the same ones.
bool is_sampled(const Policy& policy, std::string_view picture_sha256);

}  // namespace storyteller::review
