#pragma once

#include <stdexcept>
#include <string>

namespace storyteller {

/// What the process returns to the shell; part of the command line's contract.
enum class ExitCode : int {
  kOk = 0,
  kInternal = 1,
  kUsage = 2,
  kBadInput = 3,
  kBadModel = 4,
  kIo = 5,
  kDiverged = 6,
  kMemory = 7,
  kDevice = 8,
};

/// Base of every error that this project throws on purpose. `what()` is one line that names the
/// subject (file, option, op with shapes), the cause and, where there is one, the fix.
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

/// Gives each failure class of the command line a type of its own, so that callers can tell them.
template <ExitCode kCode>
class ErrorOf : public Error {
 public:
  explicit ErrorOf(const std::string& message) : Error(kCode, message) {}
};

using InternalError = ErrorOf<ExitCode::kInternal>;  ///< Broken precondition: shapes, types.
using UsageError = ErrorOf<ExitCode::kUsage>;        ///< Unknown option, contradictory flags.
using InputError = ErrorOf<ExitCode::kBadInput>;     ///< Picture or data set that cannot be used.
using ModelError = ErrorOf<ExitCode::kBadModel>;     ///< Model or weight file that cannot be used.
using IoError = ErrorOf<ExitCode::kIo>;              ///< Reading or writing failed, disk full.
using DivergedError = ErrorOf<ExitCode::kDiverged>;  ///< Training left the finite numbers.
using MemoryError = ErrorOf<ExitCode::kMemory>;      ///< Allocation failed.
using DeviceError = ErrorOf<ExitCode::kDevice>;      ///< No such device, or it failed.

}  // namespace storyteller
