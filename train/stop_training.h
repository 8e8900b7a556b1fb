#pragma once

#include <exception>

namespace storyteller {

/// Thrown within a run when a signal asks it to stop; Trainer::run catches it, saves and returns.
class StopTraining : public std::exception {};

}  // namespace storyteller
