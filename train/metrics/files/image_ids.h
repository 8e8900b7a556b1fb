#pragma once

#include <string>
#include <unordered_map>
#include <vector>

namespace storyteller {

/// An image as a file names it.
struct NamedImage {
  std::string id = {};
  std::string file = {};  ///< the name of its picture, where the file tells; else empty
};

/// Which images of two files are one and the same.
struct MatchedIds {
  /// From ids of the one to ids of the other; what has no partner is absent.
  std::unordered_map<std::string, std::string> partner = {};
  /// How they were brought together, where not as they stand: "the end of their path".
  std::string way = {};
};

/// Brings the ids of two files together: as they stand, else by the name of the picture (with the
/// folder that it is in, without, and without ending), else by its number (42, "000000000042",
/// "COCO_val2014_000000000042.jpg"). Of these ways the one that matches most is taken, the earlier
/// of equals; a way by which two images of one file would be the same is none. "#0" at the end, as
/// token files number captions, is not part of an id for any way but the first.
MatchedIds match_ids(const std::vector<NamedImage>& from, const std::vector<NamedImage>& to);

}  // namespace storyteller
