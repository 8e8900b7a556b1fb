#pragma once

#include <string>

#include "core/error.h"

namespace storyteller::speak {

/// A program that is not on this machine, or cannot be started.
class MissingProgram : public DeviceError {
 public:
  using DeviceError::DeviceError;
};

/// "espeak-ng: no such program; install espeak-ng". `error`: the errno of starting it.
MissingProgram missing_program(const std::string& program, int error);

}  // namespace storyteller::speak
