#include "core/serialization/xxhash.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace storyteller {
namespace {

constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87;
constexpr std::uint64_t kPrime2 = 0xC2B2AE3D27D4EB4F;
constexpr std::uint64_t kPrime3 = 0x165667B19E3779F9;
constexpr std::uint64_t kPrime4 = 0x85EBCA77C2B2AE63;
constexpr std::uint64_t kPrime5 = 0x27D4EB2F165667C5;

static_assert(std::endian::native == std::endian::little, "words are read in memory order");

template <class Word>
Word read(const std::byte* at) {
  Word word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

std::uint64_t round(std::uint64_t lane, std::uint64_t input) {
  return std::rotl(lane + input * kPrime2, 31) * kPrime1;
}

std::uint64_t merge(std::uint64_t hash, std::uint64_t lane) {
  return (hash ^ round(0, lane)) * kPrime1 + kPrime4;
}

}  // namespace

void XxHash64::absorb(const std::byte* stripe) {
  for (std::size_t i = 0; i < 4; ++i) {
    lanes_[i] = round(lanes_[i], read<std::uint64_t>(stripe + 8 * i));
  }
}

void XxHash64::update(std::span<const std::byte> bytes) {
  total_ += bytes.size();
  if (pending_size_ != 0) {
    const std::size_t taken = std::min(pending_.size() - pending_size_, bytes.size());
    std::copy_n(bytes.begin(), taken, pending_.begin() + static_cast<std::ptrdiff_t>(pending_size_));
    pending_size_ += taken;
    bytes = bytes.subspan(taken);
    if (pending_size_ < pending_.size()) return;
    absorb(pending_.data());
    pending_size_ = 0;
  }
  for (; bytes.size() >= pending_.size(); bytes = bytes.subspan(pending_.size())) {
    absorb(bytes.data());
  }
  std::copy(bytes.begin(), bytes.end(), pending_.begin());
  pending_size_ = bytes.size();
}

std::uint64_t XxHash64::digest() const {
  std::uint64_t hash = kPrime5;
  if (total_ >= pending_.size()) {
    hash = std::rotl(lanes_[0], 1) + std::rotl(lanes_[1], 7) + std::rotl(lanes_[2], 12) +
           std::rotl(lanes_[3], 18);
    for (const std::uint64_t lane : lanes_) hash = merge(hash, lane);
  }
  hash += total_;
  std::size_t i = 0;
  for (; i + 8 <= pending_size_; i += 8) {
    hash ^= round(0, read<std::uint64_t>(&pending_[i]));
    hash = std::rotl(hash, 27) * kPrime1 + kPrime4;
  }
  if (i + 4 <= pending_size_) {
    hash ^= read<std::uint32_t>(&pending_[i]) * kPrime1;
    hash = std::rotl(hash, 23) * kPrime2 + kPrime3;
    i += 4;
  }
  for (; i < pending_size_; ++i) {
    hash ^= static_cast<std::uint64_t>(pending_[i]) * kPrime5;
    hash = std::rotl(hash, 11) * kPrime1;
  }
  hash = (hash ^ hash >> 33U) * kPrime2;
  hash = (hash ^ hash >> 29U) * kPrime3;
  return hash ^ hash >> 32U;
}

std::uint64_t xxhash64(std::span<const std::byte> bytes) {
  XxHash64 hash;
  hash.update(bytes);
  return hash.digest();
}

}  // namespace storyteller
