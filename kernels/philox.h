#pragma once

#include <array>
#include <cstdint>

namespace storyteller {

/// Philox4x32-10, the counter-based generator of Salmon et al., "Parallel Random Numbers: As Easy
/// as 1, 2, 3" (SC 2011). A pure function: equal (key, counter) give equal bits on every device,
/// in any order, so micro-batching, resuming and thread counts change nothing.
constexpr std::array<uint32_t, 4> philox(uint64_t key, uint64_t counter_high,
                                         uint64_t counter_low) {
  constexpr uint32_t kMultiplier0 = 0xD2511F53, kMultiplier1 = 0xCD9E8D57;
  constexpr uint32_t kWeyl0 = 0x9E3779B9, kWeyl1 = 0xBB67AE85;
  auto key0 = static_cast<uint32_t>(key), key1 = static_cast<uint32_t>(key >> 32);
  std::array<uint32_t, 4> x = {
      static_cast<uint32_t>(counter_low), static_cast<uint32_t>(counter_low >> 32),
      static_cast<uint32_t>(counter_high), static_cast<uint32_t>(counter_high >> 32)};
  for (int round = 0; round < 10; ++round) {
    const uint64_t product0 = uint64_t{kMultiplier0} * x[0];
    const uint64_t product1 = uint64_t{kMultiplier1} * x[2];
    x = {static_cast<uint32_t>(product1 >> 32) ^ x[1] ^ key0, static_cast<uint32_t>(product1),
         static_cast<uint32_t>(product0 >> 32) ^ x[3] ^ key1, static_cast<uint32_t>(product0)};
    key0 += kWeyl0;
    key1 += kWeyl1;
  }
  return x;
}

/// Uniform in [0, 1) with 24 bits, exact in float.
constexpr float uniform01(uint32_t bits) { return static_cast<float>(bits >> 8) * 0x1p-24F; }

/// One 64-bit key out of (seed, step, site): the site names the consumer (an op of the model, the
/// sampler, an initializer), so no two consumers ever share a stream.
constexpr uint64_t philox_key(uint64_t seed, uint64_t step, uint64_t site) {
  const auto x = philox(seed, step, site);
  return uint64_t{x[1]} << 32 | x[0];
}

}  // namespace storyteller
