#include "core/text/counted.h"

#include "core/system/printable.h"

namespace storyteller {

void Counted::add(const std::string& what, size_t times) {
  if (times > 0 && count == 0) example = printable(what);
  count += times;
}

std::string Counted::note(const std::string& source, const std::string& one,
                          const std::string& several) const {
  if (count == 0) return "";
  return source + ": " + std::to_string(count) + " " + (count == 1 ? one : several) + ", such as " +
         example;
}

}  // namespace storyteller
