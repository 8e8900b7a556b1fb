#include "core/ops/ops.h"

namespace storyteller {

StepRows StepRows::on(const Device& device) const {
  StepRows rows = *this;
  if (!device.is_cpu() && !rows.device_offset) {
    rows.device_offset = Tensor::empty({steps + 1}, DType::kInt64, device);
    rows.device_offset.copy_from_host(offset);
  }
  return rows;
}

}  // namespace storyteller
