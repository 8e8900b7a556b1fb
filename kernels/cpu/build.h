#pragma once

#include <string>

namespace storyteller {

/// What the CPU backend runs on, for people to read.
std::string processor_name();  ///< as the system calls it; "unknown" where it does not say
std::string vector_units();    ///< the widest instruction set that the kernels will use
std::string onednn_version();  ///< e.g. "2.6.3"

}  // namespace storyteller
