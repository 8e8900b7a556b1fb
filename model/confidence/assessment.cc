#include "model/confidence/assessment.h"

namespace storyteller {

std::string_view name_of(Grade grade) {
  switch (grade) {
    case Grade::kSure:
      return "sure";
    case Grade::kLikely:
      return "likely";
    case Grade::kUnsure:
      break;
  }
  return "unsure";
}

}  // namespace storyteller
