#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace storyteller {

/// The variables STORYTELLER_... of `environment` ("NAME=VALUE", ended by null) that mean nothing
/// but are spelt almost as one that does: "STORYTELLER_EPOCH is not known; did you mean ...". A
/// name that is near to none may belong to another program.
std::vector<std::string> unknown_variables(const char* const* environment);

/// Warns of those of this process on `err`.
void warn_of_unknown_variables(std::ostream& err);

}  // namespace storyteller
