#pragma once

#include <cstddef>
#include <string>
#include <unordered_set>
#include <vector>

namespace storyteller {

/// How many pictures of a set may be unusable before going on would hide a mistake.
struct MaxBad {
  double share = 0.01;  ///< Of the pictures in the set, in [0, 1].
  size_t least = 10;    ///< Always tolerated, so that small sets are not stopped by one file.

  /// The bound for a set of `total` pictures.
  size_t of(size_t total) const;
};

/// One picture that was skipped, and why.
struct BadPicture {
  std::string name;
  std::string reason;
};

/// Pictures that were skipped: each is named once, all are counted, and more than the bound is an
/// error. Not synchronised: one thread (the consumer of a loader) records, so the order is that of
/// the data.
class BadPictures {
 public:
  BadPictures() = default;
  explicit BadPictures(size_t most) : most_(most) {}

  /// Keeps (name, reason) unless the name is known already. Throws InputError once more than the
  /// bound were recorded, naming the first ones.
  void record(const std::string& name, const std::string& reason);

  /// The same for all of another set, named `prefix` and their name.
  void record_all(const BadPictures& others, const std::string& prefix = "");

  const std::vector<BadPicture>& all() const { return all_; }
  size_t count() const { return all_.size(); }
  bool empty() const { return all_.empty(); }
  size_t most() const { return most_; }  ///< The bound.

  /// "3 pictures skipped: a.jpg (reason), b.jpg (reason), ..." with the first three; "" if none.
  std::string summary() const;

 private:
  size_t most_ = static_cast<size_t>(-1);
  std::vector<BadPicture> all_;
  std::unordered_set<std::string> names_;
};

}  // namespace storyteller
