#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace storyteller::serve {

/// What one client may ask for, and how long it may take.
struct Limits {
  std::size_t body_bytes = std::size_t{16} << 20;
  /// Of all bodies together that are being read or wait to be understood.
  std::size_t bodies_bytes = std::size_t{64} << 20;
  std::size_t connections = 64;
  std::size_t connections_per_address = 8;
  std::size_t waiting_pictures = 32;
};

inline constexpr std::uint32_t kMaxHeadBytes = 8192;
inline constexpr std::size_t kMaxFields = 64;
inline constexpr int kMaxJsonDepth = 32;
/// Commas and brackets of a JSON text: a value takes some sixty bytes, its text may take two.
inline constexpr std::size_t kMaxJsonValues = 20'000;
inline constexpr std::size_t kMaxParts = 8;      ///< of a multipart body
inline constexpr std::size_t kMaxPictures = 16;  ///< of a request, and of a batch
inline constexpr std::int64_t kMaxPixels = 64'000'000;
/// Larger ones are decoded one at a time: four bytes of memory a pixel, or twelve.
inline constexpr std::int64_t kManyPixels = 8'000'000;
/// Larger ones, and requests for such pictures, are read by threads of their own, of low priority,
/// and no batch waits for them: what is small is answered as if they were not there.
inline constexpr std::size_t kLargeBody = std::size_t{1} << 20;

using Milliseconds = std::chrono::milliseconds;
inline constexpr Milliseconds kHeadTime{5'000}, kBodyTime{30'000}, kAnswerTime{60'000},
    kIdleTime{30'000}, kDrainTime{10'000}, kLingerTime{2'000}, kBatchWait{10};
inline constexpr Milliseconds kBodyGrace{5'000};  ///< before a body's speed counts
inline constexpr std::int64_t kBodyBytesPerSecond = 1024;

/// How long after its beginning a body may last of which `received` bytes have come: thirty seconds
/// at most, and from the sixth on a kibibyte for each.
constexpr Milliseconds body_time(std::size_t received) {
  constexpr std::int64_t kEnough = kBodyTime.count() * kBodyBytesPerSecond;
  const auto bytes = static_cast<std::int64_t>(
      std::min<std::uint64_t>(received, static_cast<std::uint64_t>(kEnough)));
  const Milliseconds at_speed{bytes * 1000 / kBodyBytesPerSecond};
  return std::clamp(at_speed, kBodyGrace, kBodyTime);
}

}  // namespace storyteller::serve
