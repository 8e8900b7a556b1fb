#pragma once

namespace storyteller {

/// Hands what was printed to standard output over to the system. Throws IoError where that fails,
/// on a full disk for example: a result that did not arrive must not look like one that did.
void flush_standard_output();

}  // namespace storyteller
