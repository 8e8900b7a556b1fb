#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/serialization/weights_file.h"
#include "model/encoder/misfit.h"

namespace storyteller {

/// What a file of weights is good for.
struct WeightsInspection {
  /// A tensor of which some values are odd.
  struct Odd {
    std::string name;
    std::size_t values;
  };
  std::vector<FittingEncoder> encoders;  ///< pretrained encoders that it has all weights of
  std::string nearest;                   ///< where none fits
  std::vector<Odd> not_finite;
  std::vector<Odd> zero;  ///< matrices and kernels of zeros alone
  std::int64_t elements = 0;
};

/// Reads every value.
WeightsInspection inspect(const WeightsFile& file);

}  // namespace storyteller
