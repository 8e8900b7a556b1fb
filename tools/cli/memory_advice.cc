#include "tools/cli/memory_advice.h"

#include <array>

namespace storyteller {
namespace {

struct Advice {
  std::string_view command;
  const char* text;
};

constexpr std::array kAdvice = {
    Advice{"calibrate", "--threads 1 needs less; or close other programs"},
    Advice{"caption",
           "--threads 1, --beam 1 and smaller pictures need less; or close other programs"},
    Advice{"evaluate", "--threads 1 and --beam 1 need less; or close other programs"},
    Advice{"serve", "--threads 1 and a smaller --max-body need less; or close other programs"},
    Advice{"speak", "--threads 1 and smaller pictures need less; or close other programs"},
    Advice{"train", "lower --set batch_size or the size of the model, or close other programs"},
};

}  // namespace

const char* memory_advice(std::string_view command) {
  for (const Advice& advice : kAdvice) {
    if (advice.command == command) return advice.text;
  }
  return "close other programs";
}

}  // namespace storyteller
