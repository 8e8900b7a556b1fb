#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace storyteller {

/// XXH64, seed 0 (Y. Collet, "xxHash fast digest algorithm", specification 0.1.1): finds torn and
/// rotten files at the speed of memory. It is no defence against forgery.
class XxHash64 {
 public:
  void update(std::span<const std::byte> bytes);
  /// Of all bytes so far; updating may go on afterwards.
  std::uint64_t digest() const;

 private:
  static constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87;
  static constexpr std::uint64_t kPrime2 = 0xC2B2AE3D27D4EB4F;
  void absorb(const std::byte* stripe);  // 32 bytes

  std::array<std::uint64_t, 4> lanes_ = {kPrime1 + kPrime2, kPrime2, 0, 0 - kPrime1};
  std::array<std::byte, 32> pending_ = {};  // the tail that does not fill a stripe yet
  std::size_t pending_size_ = 0;
  std::uint64_t total_ = 0;
};

std::uint64_t xxhash64(std::span<const std::byte> bytes);

}  // namespace storyteller
