#include "train/objectives/row_values.h"

namespace storyteller {

std::vector<double> from_rows(const Tensor& values) {
  if (values.dtype() == DType::kFloat64) return values.to_host<double>();
  const std::vector<float> single = values.to_host<float>();
  return {single.begin(), single.end()};
}

}  // namespace storyteller
