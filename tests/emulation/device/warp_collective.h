#pragma once

#include "tests/emulation/emulator/warp_request.h"

namespace emulation {

/// Gives the running thread's request to its warp; returns when the result is there.
void arrive_at_warp(WarpRequest& request);
/// Ends the kernel with this message; for `finish` functions and twins.
[[noreturn]] void fail_kernel(const char* what, Site site, int lane, int detail);

/// What `finish` sees: the arguments of all lanes of the mask, and room for their results.
template <class Argument, class Result>
class Lanes {
 public:
  explicit Lanes(const WarpCall& call) : call_(call) {}
  unsigned mask() const { return call_.mask; }
  bool has(int lane) const {
    return lane >= 0 && lane < kWarpLanes && (call_.mask >> lane & 1U) != 0;
  }
  const Argument& argument(int lane) const {
    return *static_cast<const Argument*>(call_.argument[lane]);
  }
  Result& result(int lane) const { return *static_cast<Result*>(call_.result[lane]); }

 private:
  const WarpCall& call_;
};

/// The one primitive under every warp operation: the lanes of `mask` meet, and the last to arrive
/// computes all results: finish(Lanes<Argument, Result>), a lambda without captures. Shuffles,
/// votes and matrix products are a few lines each.
template <class Result, class Argument, class Finish>
Result warp_collective(const char* operation, unsigned mask, const Argument& argument, Finish,
                       Site site) {
  Result result{};
  WarpRequest request;
  request.operation = operation;
  request.mask = mask;
  request.site = site;
  request.argument = &argument;
  request.result = &result;
  request.finish = [](const WarpCall& call) { Finish{}(Lanes<Argument, Result>(call)); };
  arrive_at_warp(request);
  return result;
}

}  // namespace emulation
