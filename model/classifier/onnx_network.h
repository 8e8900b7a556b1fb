#pragma once

#include <string>
#include <vector>

#include "core/serialization/onnx.h"
#include "model/classifier/network.h"

namespace storyteller {

/// Kinds of node that are read: "Add", "AveragePool", ...
std::vector<std::string> onnx_kinds();

/// The classifier that a graph describes: one colour picture goes in, NCHW or, behind a Transpose,
/// NHWC; one row of probabilities comes out of a Softmax. Batch norms, sums and rectifiers become
/// part of the convolution before them where nothing else reads it. Throws ModelError that names
/// the node, the cause and, where there is one, the fix for everything else: another kind of node,
/// an attribute that is not known, sizes that do not fit, values that are not finite.
ClassifierNetwork network_of(const OnnxModel& model);

}  // namespace storyteller
