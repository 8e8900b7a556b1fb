#pragma once

#include <string>

#include "tools/apps/speak/frame_reader.h"
#include "tools/apps/speak/narrator.h"
#include "tools/apps/speak/session.h"
#include "tools/apps/speak/sight.h"

namespace storyteller::speak {

/// Tells what a stream of pictures shows until it ends or a signal asks to stop, and says on stderr
/// what became of its frames. `name` of the stream, for messages and JSON. Throws InputError where
/// the stream had no picture at all, IoError where it cannot be read.
void tell_stream(const std::string& name, int descriptor, ModelSight& sight, const Pace& pace,
                 Session& session);

/// "120 frames: 30 looked at, 88 replaced by newer ones, 1 cut off, 1 too large".
std::string stream_text(const FrameReader::Report& report, std::uint64_t looked_at,
                        std::uint64_t unreadable);

}  // namespace storyteller::speak
