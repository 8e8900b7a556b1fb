#include "tests/emulation/emulator/stack_annotations.h"

namespace emulation {

void annotate_fresh_stack(const Stack&) {}
void annotate_departure(void**, const Stack&) {}
void annotate_arrival(void*, Stack*) {}

}  // namespace emulation
