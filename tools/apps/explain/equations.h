#pragma once

#include <string>
#include <vector>

#include "tools/apps/explain/lesson.h"

namespace storyteller::explain {

/// A step of the network: what computes it, and what it computes.
struct Equation {
  std::string name;   ///< as the code has it: "Attention"
  std::string file;   ///< "model/decoder/attention.h"
  std::string says;   ///< one equation or several, a line each
  std::string shape;  ///< of what comes out: "alpha (49), z (1280)"
};

/// From the picture to the odds of the next word, in the order of computation, as the options of
/// the model choose among the forms of each.
std::vector<Equation> equations_of(const Lesson& lesson);

}  // namespace storyteller::explain
