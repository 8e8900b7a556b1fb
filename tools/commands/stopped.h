#pragma once

#include <exception>

namespace storyteller {

/// Thrown out of a long phase when a signal asked to stop; the command then exits with the signal's
/// code.
class Stopped : public std::exception {
 public:
  const char* what() const noexcept override { return "stopped by a signal"; }
};

}  // namespace storyteller
