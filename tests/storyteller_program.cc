#include "tests/run_program.h"

namespace storyteller {

// The one object of the tests that knows the build folder: the compiler cache shares all others.
std::string storyteller_program() { return STORYTELLER_BINARY; }

}  // namespace storyteller
