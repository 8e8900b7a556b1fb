#pragma once

#include "core/system/signals.h"

namespace storyteller {

/// From now until the process ends SIGINT and SIGTERM set a flag (see StopSignals). They are not
/// given back: a signal that arrives between the last result and the end of the process would undo
/// a success that the caller has already read.
inline void catch_stop_signals() { [[maybe_unused]] static const auto* signals = new StopSignals; }

}  // namespace storyteller
