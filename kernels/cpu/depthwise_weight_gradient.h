#pragma once

#include "kernels/conv2d.h"

namespace storyteller {

/// Whether depthwise_weight_gradient takes these sizes: one filter of 5 x 5 a channel, whatever the
/// stride and the padding.
bool has_depthwise_weight_gradient(const Conv2dSizes& sizes);

/// dweight of conv2d_backward, ACCUMULATED, for such sizes. Each element is summed in one order, by
/// one thread, whatever the number of threads.
void depthwise_weight_gradient(const Conv2dBackward<float>& p);

}  // namespace storyteller
