#include "train/data/formats/hash_split.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <xxhash.h>

namespace storyteller {

namespace {

constexpr uint64_t kShares = 20;

uint64_t hash_of(std::string_view name) { return XXH3_64bits(name.data(), name.size()); }

/// The fewest pictures that train, val and test of a set must have.
std::array<size_t, 3> fewest(size_t pictures) {
  constexpr size_t kFew = 10, kSome = 400;
  if (pictures < 2) return {pictures, 0, 0};
  if (pictures < kFew) return {(pictures + 1) / 2, 1, 0};
  const size_t share = pictures <= kSome ? kShares : 2 * kShares;
  const size_t val = std::max<size_t>(2, (pictures + share / 2) / share);
  return {pictures / 2, val, pictures < 2 * kFew ? 1 : val};
}

}  // namespace

Split split_by_name(std::string_view name) {
  const uint64_t share = hash_of(name) % kShares;
  return share == 0 ? Split::kVal : share == 1 ? Split::kTest : Split::kTrain;
}

void divide_by_name(PictureList& list) {
  for (size_t i = 0; i < list.size(); ++i) list.move(i, split_by_name(list.name(i)));
  const std::array<size_t, 3> least = fewest(list.size());
  std::vector<std::pair<uint64_t, size_t>> by_hash;
  for (const Split to : {Split::kTrain, Split::kVal, Split::kTest}) {
    if (list.count(to) >= least[static_cast<size_t>(to)]) continue;
    if (by_hash.empty()) {
      for (size_t i = 0; i < list.size(); ++i) {
        by_hash.emplace_back(hash_of(list.name(i)) / kShares, i);
      }
      std::sort(by_hash.begin(), by_hash.end());
    }
    for (const auto& [hash, picture] : by_hash) {
      if (list.count(to) >= least[static_cast<size_t>(to)]) break;
      const Split from = list.split(picture);
      if (list.count(from) > least[static_cast<size_t>(from)]) list.move(picture, to);
    }
  }
}

}  // namespace storyteller
