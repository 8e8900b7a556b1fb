#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace emulation {

/// In which order blocks run, and warps and lanes get their turn: a result that depends on it is a
/// race. STORYTELLER_EMULATION_ORDER says forward (the default), reverse or shuffle:SEED.
class Order {
 public:
  /// Throws std::invalid_argument on another text.
  explicit Order(const std::string& text);
  static Order from_environment();

  /// 0 ... n-1 in the order of a new round; valid until the next call with the same `places`.
  const std::vector<int>& round(int n, std::vector<int>& places);

 private:
  enum class Kind { kForward, kReverse, kShuffle };
  Kind kind_ = Kind::kForward;
  std::mt19937_64 random_;
};

}  // namespace emulation
