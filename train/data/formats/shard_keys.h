#pragma once

#include <string>
#include <unordered_set>

namespace storyteller {

/// Names members of archives after pictures: no two alike, also where case and Unicode form do not
/// count, for archives are unpacked to all kinds of disks.
class ShardKeys {
 public:
  /// "a/b" for "a/b.jpg"; "a/b-2" where that is taken. Points of the last part become '_', for what
  /// follows one is a member's kind; what leads out of a folder ("..", a '/' in front) does too.
  std::string key_of(const std::string& id);
  /// Keys that had to differ from their picture's name in more than its ending.
  size_t renamed() const { return renamed_; }
  /// The first of them: "a.1.jpg as a_1".
  const std::string& example() const { return example_; }

 private:
  std::unordered_set<std::u32string> taken_;  // folded
  size_t renamed_ = 0;
  std::string example_;
};

}  // namespace storyteller
