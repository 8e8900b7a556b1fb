#pragma once

#include <string>
#include <string_view>

namespace storyteller {

/// `text` with the bytes that %20 and its like stand for. What is no such code stays, and so does
/// %00: no name holds it.
std::string percent_decoded(std::string_view text);

}  // namespace storyteller
