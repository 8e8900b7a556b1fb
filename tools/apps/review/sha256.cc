#include "tools/apps/review/sha256.h"

#include <algorithm>
#include <bit>

#include "core/text/hex.h"

namespace storyteller::review {
namespace {

/// The first 32 bits of the fractions of the cube roots of the first 64 primes.
constexpr std::array<std::uint32_t, 64> kRounds = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

std::uint32_t word_at(const std::byte* block, size_t word) {
  std::uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i)
    value = value << 8 | std::to_integer<std::uint32_t>(block[word * 4 + i]);
  return value;
}

}  // namespace

void Sha256::take_block(const std::byte* block) {
  std::array<std::uint32_t, 64> w{};
  for (size_t t = 0; t < 16; ++t) w[t] = word_at(block, t);
  for (size_t t = 16; t < 64; ++t) {
    const std::uint32_t a = w[t - 15], b = w[t - 2];
    w[t] = w[t - 16] + (std::rotr(a, 7) ^ std::rotr(a, 18) ^ a >> 3) + w[t - 7] +
           (std::rotr(b, 17) ^ std::rotr(b, 19) ^ b >> 10);
  }
  auto [a, b, c, d, e, f, g, h] = state_;
  for (size_t t = 0; t < 64; ++t) {
    const std::uint32_t t1 = h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) +
                             ((e & f) ^ (~e & g)) + kRounds[t] + w[t];
    const std::uint32_t t2 =
        (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = d + t1;
    d = c;
    c = b;
    b = a;
    a = t1 + t2;
  }
  const std::array<std::uint32_t, 8> added = {a, b, c, d, e, f, g, h};
  for (size_t i = 0; i < state_.size(); ++i) state_[i] += added[i];
}

void Sha256::update(std::span<const std::byte> bytes) {
  const size_t held = length_ % waiting_.size();
  length_ += bytes.size();
  const size_t first = std::min(bytes.size(), waiting_.size() - held);
  std::copy_n(bytes.begin(), first, waiting_.begin() + static_cast<std::ptrdiff_t>(held));
  if (held + first < waiting_.size()) return;
  take_block(waiting_.data());
  bytes = bytes.subspan(first);
  for (; bytes.size() >= waiting_.size(); bytes = bytes.subspan(waiting_.size())) {
    take_block(bytes.data());
  }
  std::copy(bytes.begin(), bytes.end(), waiting_.begin());
}

std::string Sha256::digits() {
  constexpr size_t kLengthBytes = 8;
  const std::uint64_t bits = length_ * 8;
  const size_t held = length_ % waiting_.size();
  const size_t zeros = (2 * waiting_.size() - kLengthBytes - held - 1) % waiting_.size();
  std::string end(1 + zeros, '\0');
  end.front() = static_cast<char>(0x80);
  for (size_t i = 0; i < kLengthBytes; ++i) {
    end += static_cast<char>(bits >> (8 * (kLengthBytes - 1 - i)) & 0xff);
  }
  update(end);
  std::string digits;
  for (const std::uint32_t word : state_) digits += hex(word, 8);
  return digits;
}

std::string sha256(std::span<const std::byte> bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.digits();
}

std::string sha256(std::string_view bytes) { return sha256(std::as_bytes(std::span(bytes))); }

}  // namespace storyteller::review
