#pragma once

#include <string>
#include <vector>

namespace storyteller {

/// One thing that `doctor` looked for.
struct Finding {
  std::string what, found;
  bool fine = true;
  std::string fix = "";  ///< what to do where it is not fine
};

/// The CUDA backend, the GPU and the libraries of NVIDIA's that it computes with. That there is no
/// GPU is fine; that there is one and it cannot be used is not.
std::vector<Finding> gpu_findings();

/// What the album is built with: SQLite and Exempi. That it is left out is fine.
std::vector<Finding> album_findings();

}  // namespace storyteller
