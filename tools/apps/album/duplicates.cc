#include "tools/apps/album/duplicates.h"

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <numeric>
#include <unordered_map>
#include <utility>

namespace storyteller::album {
namespace {

/// Sets that are joined (Tarjan 1975).
class Joined {
 public:
  explicit Joined(size_t count) : above_(count) {
    std::iota(above_.begin(), above_.end(), size_t{0});
  }
  size_t root(size_t i) {
    while (above_[i] != i) i = above_[i] = above_[above_[i]];
    return i;
  }
  void join(size_t a, size_t b) { above_[std::max(root(a), root(b))] = std::min(root(a), root(b)); }

 private:
  std::vector<size_t> above_;
};

class Finder {
 public:
  Finder(std::span<const Fingerprint> pictures, const Vectors& vectors)
      : pictures_(pictures), vectors_(vectors), taken_(pictures.size()) {
    for (const Fingerprint& picture : pictures) places_.push_back(vectors.find(picture.picture));
  }

  void same_bytes(std::vector<Group>& groups) {
    std::map<std::pair<std::int64_t, std::int64_t>, size_t> first;
    Joined joined(pictures_.size());
    for (size_t i = 0; i < pictures_.size(); ++i) {
      const auto [at, fresh] = first.emplace(std::pair(pictures_[i].size, pictures_[i].content), i);
      if (!fresh) joined.join(at->second, i);
    }
    take(joined, Kinship::kSameBytes, groups);
  }

  /// Hashes that differ in at most four bits are equal in one of five parts.
  void same_picture(std::vector<Group>& groups) {
    constexpr std::array<std::pair<int, int>, kHashDistance + 1> kParts = {
        {{0, 13}, {13, 13}, {26, 13}, {39, 13}, {52, 12}}};
    Joined joined(pictures_.size());
    for (const auto& [begin, bits] : kParts) {
      std::unordered_map<std::uint64_t, std::vector<size_t>> by_part;
      for (size_t i = 0; i < pictures_.size(); ++i) {
        if (taken_[i]) continue;
        auto& others = by_part[pictures_[i].dhash >> begin & ((std::uint64_t{1} << bits) - 1)];
        for (const size_t other : others) {
          if (is_same(i, other)) joined.join(i, other);
        }
        others.push_back(i);
      }
    }
    take(joined, Kinship::kSamePicture, groups);
  }

  void similar(std::vector<Group>& groups) {
    Joined joined(pictures_.size());
    for (size_t i = 0; i < pictures_.size(); ++i) {
      for (size_t j = 0; !taken_[i] && j < i; ++j) {
        if (!taken_[j] && alike(i, j, kSimilarCosine)) joined.join(i, j);
      }
    }
    take(joined, Kinship::kSimilar, groups);
  }

 private:
  bool alike(size_t i, size_t j, float cosine) const {
    return pictures_[i].model == pictures_[j].model && places_[i] < vectors_.size() &&
           places_[j] < vectors_.size() && vectors_.cosine(places_[i], places_[j]) >= cosine;
  }
  bool is_same(size_t i, size_t j) const {
    return std::popcount(pictures_[i].dhash ^ pictures_[j].dhash) <= kHashDistance &&
           alike(i, j, kSameCosine);
  }

  /// Groups of more than one, by their largest file; their pictures are in no further group, but
  /// for the first of each, which stands for it.
  void take(Joined& joined, Kinship kinship, std::vector<Group>& groups) {
    std::map<size_t, std::vector<size_t>> members;
    for (size_t i = 0; i < pictures_.size(); ++i) {
      if (!taken_[i]) members[joined.root(i)].push_back(i);
    }
    for (auto& [root, group] : members) {
      if (group.size() < 2) continue;
      std::stable_sort(group.begin(), group.end(),
                       [&](size_t a, size_t b) { return pictures_[a].size > pictures_[b].size; });
      Group& out = groups.emplace_back();
      out.kinship = kinship;
      for (const size_t i : group) {
        out.pictures.push_back(pictures_[i].picture);
        taken_[i] = i != group.front();
      }
    }
  }

  std::span<const Fingerprint> pictures_;
  const Vectors& vectors_;
  std::vector<size_t> places_;
  std::vector<char> taken_;
};

}  // namespace

std::vector<Group> duplicate_groups(std::span<const Fingerprint> pictures, const Vectors& vectors,
                                    bool near) {
  std::vector<Group> groups;
  Finder finder(pictures, vectors);
  finder.same_bytes(groups);
  finder.same_picture(groups);
  if (near) finder.similar(groups);
  return groups;
}

}  // namespace storyteller::album
