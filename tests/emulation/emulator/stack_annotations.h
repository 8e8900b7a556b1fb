#pragma once

#include "tests/emulation/emulator/fiber.h"

// AddressSanitizer must know on which stack the program runs. Each variant defines these: with
// nothing inside, or with the sanitizer's calls.
namespace emulation {

/// A fiber is going to begin on this stack; whatever lay there is gone.
void annotate_fresh_stack(const Stack& stack);
/// Before a switch; `fake_stack` is null when the fiber that leaves will not come back.
void annotate_departure(void** fake_stack, const Stack& to);
/// After a switch; `left`, if given, gets the stack that the switch came from.
void annotate_arrival(void* fake_stack, Stack* left);

}  // namespace emulation
