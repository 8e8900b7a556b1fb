// libFuzzer target for ONNX files, up to the classifier that they describe: any bytes are one,
// whose sizes all fit, or a ModelError. The bounded slice that every test run does is
// OnnxNetwork.WhateverBytesSayIsANetworkOrAnError.
//   tests/fuzz/run onnx -max_len=16384 -runs=1000000
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/serialization/onnx.h"
#include "model/classifier/onnx_network.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace storyteller;
  try {
    const OnnxModel model = parse_onnx(std::as_bytes(std::span(data, size)), "fuzz");
    const ClassifierNetwork network = network_of(model);
    // What was accepted can be run: its values have sizes, and each step the numbers that it reads.
    if (network.shapes("fuzz").size() != network.steps.size() + 1) std::abort();
    for (const StepWeights& weights : network.weights) {
      std::int64_t elements = weights.shape.empty() ? 0 : 1;
      for (const std::int64_t axis : weights.shape) elements *= axis;
      if (static_cast<std::int64_t>(weights.weight.size()) != elements) std::abort();
    }
    const auto steps = steps_of_json(nlohmann::json::parse(steps_json(network.steps).dump()), "");
    if (steps.size() != network.steps.size()) std::abort();
  } catch (const ModelError&) {
    return 0;
  }
  return 0;
}
