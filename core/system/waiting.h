#pragma once

namespace storyteller {

/// Waits until `descriptor` can be read, or is seen to have ended or failed. Throws Stopped where a
/// signal asks to stop before that (see StopSignals): a read that begins after this returned does
/// not wait. Files on a disk never wait.
void wait_until_readable(int descriptor);

/// Whether a read of `descriptor` would return at once.
bool readable_now(int descriptor);

}  // namespace storyteller
