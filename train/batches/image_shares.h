#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace storyteller {

/// Images of one data set among those of several, and how often each is seen in an epoch.
struct ImageShare {
  size_t end = 0;  ///< the images below it, from the end of the share before on
  double weight =
      1;  ///< above 0; 2: twice in an epoch; 0.5: half of them, the other half next time
};

/// How often each image of a set is seen in an epoch, written to `times`. All epochs together show
/// the images in one order after the other, each of all images, weight * images of them an epoch:
/// so none is seen twice before all others were seen once. Orders are drawn by (seed, set, number
/// of the order). With a weight of 1 each image is seen once.
void times_seen(double weight, uint64_t seed, uint64_t set, uint64_t epoch,
                std::span<uint32_t> times);

}  // namespace storyteller
