#pragma once

#include <cstdint>

#include "tests/emulation/device/warp_collective.h"

// The warp operations of CUDA, on warp_collective.
namespace emulation {

template <class T>
struct ShuffleArgument {
  T value;
  int source;   ///< lane of the warp that this lane reads
  int segment;  ///< width of the part of the warp that it must lie in
  Site site;
};

/// Every lane gets the value of its source lane, which must take part; a lane whose source lies
/// outside of its segment keeps its own value, as CUDA says.
template <class T>
T shuffle(const char* operation, unsigned mask, T value, int source, int width, Site site) {
  using Argument = ShuffleArgument<T>;
  if (width < 1 || width > kWarpLanes || (width & (width - 1)) != 0) {
    fail_kernel("the width of a shuffle is no power of two up to 32", site, -1, width);
  }
  return warp_collective<T>(
      operation, mask, Argument{value, source, width, site},
      [](Lanes<Argument, T> lanes) {
        for (int lane = 0; lane < kWarpLanes; ++lane) {
          if (!lanes.has(lane)) continue;
          const Argument& mine = lanes.argument(lane);
          if (!lanes.has(mine.source)) {
            fail_kernel("a lane reads from a lane that is not in the mask", mine.site, lane,
                        mine.source);
          }
          lanes.result(lane) = lanes.argument(mine.source).value;
        }
      },
      site);
}

int lane_of_thread();

/// What any lane's predicate or value is reduced to, the same for all.
template <class T, class Finish>
T reduce_lanes(const char* operation, unsigned mask, T value, Finish, Site site) {
  return warp_collective<T>(
      operation, mask, value,
      [](Lanes<T, T> lanes) {
        bool first = true;
        T all{};
        for (int lane = 0; lane < kWarpLanes; ++lane) {
          if (!lanes.has(lane)) continue;
          all = first ? lanes.argument(lane) : Finish{}(all, lanes.argument(lane));
          first = false;
        }
        for (int lane = 0; lane < kWarpLanes; ++lane) {
          if (lanes.has(lane)) lanes.result(lane) = all;
        }
      },
      site);
}

}  // namespace emulation

#define EMULATION_SITE const char *file = __builtin_FILE(), int line = __builtin_LINE()

template <class T>
T __shfl_sync(unsigned mask, T value, int source, int width = 32, EMULATION_SITE) {
  const int lane = emulation::lane_of_thread(), first = lane / width * width;
  return emulation::shuffle("__shfl_sync", mask, value, first + (source & (width - 1)), width,
                            {file, line});
}
template <class T>
T __shfl_xor_sync(unsigned mask, T value, int lanes, int width = 32, EMULATION_SITE) {
  const int lane = emulation::lane_of_thread(), source = lane ^ lanes;
  const bool inside = source < (lane / width + 1) * width;  // earlier segments may be read
  return emulation::shuffle("__shfl_xor_sync", mask, value, inside ? source : lane, width,
                            {file, line});
}
template <class T>
T __shfl_up_sync(unsigned mask, T value, unsigned by, int width = 32, EMULATION_SITE) {
  const int lane = emulation::lane_of_thread(), source = lane - static_cast<int>(by);
  return emulation::shuffle("__shfl_up_sync", mask, value,
                            source >= lane / width * width ? source : lane, width, {file, line});
}
template <class T>
T __shfl_down_sync(unsigned mask, T value, unsigned by, int width = 32, EMULATION_SITE) {
  const int lane = emulation::lane_of_thread(), source = lane + static_cast<int>(by);
  return emulation::shuffle("__shfl_down_sync", mask, value,
                            source < (lane / width + 1) * width ? source : lane, width,
                            {file, line});
}

inline unsigned __ballot_sync(unsigned mask, int predicate, EMULATION_SITE) {
  const unsigned mine = predicate != 0 ? 1U << emulation::lane_of_thread() : 0U;
  return emulation::reduce_lanes("__ballot_sync", mask, mine,
                                 [](unsigned a, unsigned b) { return a | b; }, {file, line});
}
inline int __any_sync(unsigned mask, int predicate, EMULATION_SITE) {
  return emulation::reduce_lanes("__any_sync", mask, predicate != 0 ? 1 : 0,
                                 [](int a, int b) { return a | b; }, {file, line});
}
inline int __all_sync(unsigned mask, int predicate, EMULATION_SITE) {
  return emulation::reduce_lanes("__all_sync", mask, predicate != 0 ? 1 : 0,
                                 [](int a, int b) { return a & b; }, {file, line});
}

template <class T>
T __reduce_add_sync(unsigned mask, T value, EMULATION_SITE) {
  static_assert(sizeof(T) == 4 && T(0.5) == T(0), "whole numbers of 32 bits only");
  return emulation::reduce_lanes(
      "__reduce_add_sync", mask, value,
      [](T a, T b) { return static_cast<T>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b)); },
      {file, line});
}
template <class T>
T __reduce_min_sync(unsigned mask, T value, EMULATION_SITE) {
  static_assert(sizeof(T) == 4 && T(0.5) == T(0), "whole numbers of 32 bits only");
  return emulation::reduce_lanes("__reduce_min_sync", mask, value,
                                 [](T a, T b) { return b < a ? b : a; }, {file, line});
}
template <class T>
T __reduce_max_sync(unsigned mask, T value, EMULATION_SITE) {
  static_assert(sizeof(T) == 4 && T(0.5) == T(0), "whole numbers of 32 bits only");
  return emulation::reduce_lanes("__reduce_max_sync", mask, value,
                                 [](T a, T b) { return a < b ? b : a; }, {file, line});
}
inline unsigned __reduce_and_sync(unsigned mask, unsigned value, EMULATION_SITE) {
  return emulation::reduce_lanes("__reduce_and_sync", mask, value,
                                 [](unsigned a, unsigned b) { return a & b; }, {file, line});
}
inline unsigned __reduce_or_sync(unsigned mask, unsigned value, EMULATION_SITE) {
  return emulation::reduce_lanes("__reduce_or_sync", mask, value,
                                 [](unsigned a, unsigned b) { return a | b; }, {file, line});
}
inline unsigned __reduce_xor_sync(unsigned mask, unsigned value, EMULATION_SITE) {
  return emulation::reduce_lanes("__reduce_xor_sync", mask, value,
                                 [](unsigned a, unsigned b) { return a ^ b; }, {file, line});
}

/// The lanes of the mask with the same value as this one.
template <class T>
unsigned __match_any_sync(unsigned mask, T value, EMULATION_SITE) {
  return emulation::warp_collective<unsigned>(
      "__match_any_sync", mask, value,
      [](emulation::Lanes<T, unsigned> lanes) {
        for (int lane = 0; lane < emulation::kWarpLanes; ++lane) {
          for (int other = 0; lanes.has(lane) && other < emulation::kWarpLanes; ++other) {
            if (lanes.has(other) && lanes.argument(other) == lanes.argument(lane)) {
              lanes.result(lane) |= 1U << other;
            }
          }
        }
      },
      {file, line});
}
template <class T>
unsigned __match_all_sync(unsigned mask, T value, int* all, EMULATION_SITE) {
  const unsigned same = __match_any_sync(mask, value, file, line);
  *all = same == mask ? 1 : 0;
  return same == mask ? mask : 0;
}

#undef EMULATION_SITE

/// Lanes that happen to run together: only itself is certain, and code must not rely on more.
inline unsigned __activemask() { return 1U << emulation::lane_of_thread(); }
