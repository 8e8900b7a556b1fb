#include "tools/commands/preparation_progress.h"

#include <string>

namespace storyteller {

PreparationObserver observe_preparation(Progress& progress) {
  return {.progress =
              [&progress](const std::string& what, size_t done, size_t total) {
                progress.update({.label = what,
                                 .done = static_cast<int64_t>(done),
                                 .total = static_cast<int64_t>(total),
                                 .unit = "pictures"});
                if (done == total) progress.finish();
              },
          .message = [&progress](const std::string& text) { progress.line(text); }};
}

}  // namespace storyteller
