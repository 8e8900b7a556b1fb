#include "core/system/environment.h"

#include <cstdlib>

namespace storyteller {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace storyteller
