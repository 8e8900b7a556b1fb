#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tools/apps/album/vectors.h"

namespace storyteller::album {

/// What is compared of a picture.
struct Fingerprint {
  std::int64_t picture = 0;
  std::int64_t size = 0, content = 0, model = 0;
  std::uint64_t dhash = 0;
};

/// Why pictures are listed together.
enum class Kinship { kSameBytes, kSamePicture, kSimilar };

struct Group {
  Kinship kinship = Kinship::kSameBytes;
  std::vector<std::int64_t> pictures;  ///< the largest file first
};

/// Two encodings of one picture: in how many fields of the hash they may differ, and how alike
/// their features must be, of pictures that one model described. Of the 499,500 pairs of Flickr8k's
/// dev pictures none is within.
inline constexpr int kHashDistance = 4;
inline constexpr float kSameCosine = 0.7F;
/// Pictures that are alike, and no duplicates: two shots of a scene.
inline constexpr float kSimilarCosine = 0.85F;

/// Groups of pictures of the same bytes, of the same picture in other encodings, and where `near`
/// is asked for, of similar ones; each picture in one group at most, the closest kinship first.
std::vector<Group> duplicate_groups(std::span<const Fingerprint> pictures, const Vectors& vectors,
                                    bool near);

}  // namespace storyteller::album
