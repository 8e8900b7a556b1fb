#pragma once

namespace storyteller {

/// Starts the program again with OMP_WAIT_POLICY=passive unless that is set already. OpenMP's
/// threads otherwise spin while they wait, which costs three to six times on a machine that does
/// anything else, and the runtime reads the policy before main. Where starting fails the program
/// goes on as it is. First thing in main; `argv` as main got it.
void wait_passively(char** argv);

}  // namespace storyteller
