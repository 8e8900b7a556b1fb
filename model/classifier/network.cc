#include "model/classifier/network.h"

#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/serialization/safetensors.h"

namespace storyteller {
namespace {

using Json = nlohmann::json;
using StepKind = ClassifierStep::Kind;

constexpr std::array<std::pair<StepKind, std::string_view>, 8> kStepKinds = {
    {{StepKind::kConvolution, "convolution"},
     {StepKind::kMaxPool, "max_pool"},
     {StepKind::kMeanPool, "mean_pool"},
     {StepKind::kGlobalMean, "global_mean"},
     {StepKind::kAdd, "add"},
     {StepKind::kRelu, "relu"},
     {StepKind::kLinear, "linear"},
     {StepKind::kSoftmax, "softmax"}}};

constexpr std::int64_t kMaxWindow = 1024;

/// Of a convolution and a pooling.
std::string window_problem(const Window& window, const PictureShape& in) {
  const Padding& pad = window.padding;
  const auto sensible = [](std::int64_t size, std::int64_t before, std::int64_t after) {
    return size >= 1 && size <= kMaxWindow && before >= 0 && before < size && after >= 0 &&
           after < size;
  };
  if (!sensible(window.height, pad.top, pad.bottom) ||
      !sensible(window.width, pad.left, pad.right) || window.stride < 1 ||
      window.stride > kMaxWindow) {
    return "its window of " + std::to_string(window.height) + " x " + std::to_string(window.width) +
           ", its stride or its padding make no sense";
  }
  if (!window.fits(in.height, in.width)) {
    return "its window of " + std::to_string(window.height) + " x " + std::to_string(window.width) +
           " is greater than the picture of " + in.text() + " with its padding";
  }
  return "";
}

std::string convolution_problem(const ClassifierStep& step, const PictureShape& in,
                                const StepWeights& weights, PictureShape* out) {
  const auto& shape = weights.shape;
  const std::int64_t groups = step.groups;
  const bool fits = shape.size() == 4 && shape[0] >= 1 && groups >= 1 && groups <= in.channels &&
                    in.channels % groups == 0 && shape[0] % groups == 0 &&
                    shape[1] == in.channels / groups && shape[2] == step.window.height &&
                    shape[3] == step.window.width &&
                    static_cast<std::int64_t>(weights.bias.size()) == shape[0];
  if (!fits) {
    return "its weight " + shape_text(shape) + " with a bias of " +
           std::to_string(weights.bias.size()) + " and " + std::to_string(groups) +
           (groups == 1 ? " group" : " groups") + " does not fit a picture of " + in.text();
  }
  *out = {.height = step.window.output_height(in.height),
          .width = step.window.output_width(in.width),
          .channels = shape[0]};
  return "";
}

std::string linear_problem(const PictureShape& in, const StepWeights& weights, PictureShape* out) {
  const auto& shape = weights.shape;
  const bool fits = in.is_pixel() && shape.size() == 2 && shape[0] >= 1 &&
                    shape[1] == in.channels &&
                    static_cast<std::int64_t>(weights.bias.size()) == shape[0];
  if (!fits) {
    return "its weight " + shape_text(shape) + " with a bias of " +
           std::to_string(weights.bias.size()) + " does not fit values of " + in.text();
  }
  *out = {.channels = shape[0]};
  return "";
}

PictureShape pooled_shape(const ClassifierStep& step, const PictureShape& in) {
  const Window& window = step.window;
  // As poolings do: no window begins behind the last element.
  const auto outputs = [&](std::int64_t size, std::int64_t kernel, std::int64_t before,
                           std::int64_t after) {
    const std::int64_t reach = size + before + after - kernel, stride = window.stride;
    std::int64_t count = (reach + (step.ceil_mode ? stride - 1 : 0)) / stride + 1;
    if (step.ceil_mode && (count - 1) * stride >= size + before) --count;
    return count;
  };
  return {.height = outputs(in.height, window.height, window.padding.top, window.padding.bottom),
          .width = outputs(in.width, window.width, window.padding.left, window.padding.right),
          .channels = in.channels};
}

}  // namespace

std::string_view name_of(StepKind kind) {
  return kStepKinds.at(static_cast<std::size_t>(kind)).second;
}

std::string PictureShape::text() const {
  return std::to_string(height) + " x " + std::to_string(width) + " x " + std::to_string(channels);
}

std::string input_problem(const PictureShape& input) {
  const auto side = [](std::int64_t size) {
    return size >= kMinClassifierSide && size <= kMaxClassifierSide;
  };
  if (side(input.height) && side(input.width) && input.channels == 3) return "";
  return "is for pictures of " + input.text() + "; colour pictures of " +
         std::to_string(kMinClassifierSide) + " to " + std::to_string(kMaxClassifierSide) +
         " pixels a side are read";
}

std::string step_problem(const ClassifierStep& step, std::span<const PictureShape> values,
                         const StepWeights& weights, PictureShape* out) {
  const auto there = [&](int value) {
    return value >= 0 && static_cast<std::size_t>(value) < values.size();
  };
  if (!there(step.input)) return "reads what no step before it makes";
  const PictureShape& in = values[static_cast<std::size_t>(step.input)];
  *out = in;
  std::string problem;
  switch (step.kind) {
    case StepKind::kConvolution:
      problem = window_problem(step.window, in);
      if (problem.empty()) problem = convolution_problem(step, in, weights, out);
      break;
    case StepKind::kMaxPool:
    case StepKind::kMeanPool:
      problem = window_problem(step.window, in);
      if (problem.empty()) *out = pooled_shape(step, in);
      break;
    case StepKind::kGlobalMean:
      *out = {.channels = in.channels};
      break;
    case StepKind::kLinear:
      problem = linear_problem(in, weights, out);
      break;
    case StepKind::kSoftmax:
      if (!in.is_pixel()) problem = "is of a picture of " + in.text() + ", not of a row of numbers";
      break;
    case StepKind::kAdd:
    case StepKind::kRelu:
      break;
  }
  if (!problem.empty()) return problem;
  const bool adds = step.kind == StepKind::kAdd || step.other != ClassifierStep::kNone;
  if (adds && !there(step.other)) return "adds what no step before it makes";
  if (adds && values[static_cast<std::size_t>(step.other)] != *out) {
    return "adds " + values[static_cast<std::size_t>(step.other)].text() + " to " + out->text();
  }
  return "";
}

std::vector<PictureShape> ClassifierNetwork::shapes(const std::string& who) const {
  const std::string wrong = input_problem(input);
  if (!wrong.empty()) throw ModelError(who + ": " + wrong);
  if (steps.empty() || steps.size() != weights.size() || steps.back().kind != StepKind::kSoftmax) {
    throw ModelError(who + ": its last step is no softmax, so it gives no probabilities");
  }
  std::vector<PictureShape> values = {input};
  std::int64_t elements = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto refuse = [&](const std::string& problem) {
      std::string all = who + ": step " + std::to_string(i) + " (";
      all.append(name_of(steps[i].kind)).append("): ").append(problem);
      throw ModelError(all);
    };
    PictureShape out;
    std::string problem = step_problem(steps[i], values, weights[i], &out);
    if (!problem.empty()) refuse(problem);
    if (steps[i].kind == StepKind::kSoftmax && i + 1 < steps.size()) refuse("is not the last one");
    // Sides grow by less than a window a step, channels are bounded by the numbers that were read.
    elements += out.height * out.width * out.channels;
    if (elements > kMaxClassifierValues) refuse("the network makes too many numbers of a picture");
    values.push_back(out);
  }
  return values;
}

nlohmann::ordered_json steps_json(std::span<const ClassifierStep> steps) {
  auto json = nlohmann::ordered_json::array();
  for (const ClassifierStep& step : steps) {
    const Window& w = step.window;
    const Padding& pad = w.padding;
    json.push_back({{"kind", name_of(step.kind)},
                    {"input", step.input},
                    {"other", step.other},
                    {"window", {w.height, w.width, w.stride}},
                    {"padding", {pad.top, pad.left, pad.bottom, pad.right}},
                    {"groups", step.groups},
                    {"relu", step.relu},
                    {"ceil_mode", step.ceil_mode},
                    {"count_padding", step.count_padding}});
  }
  return json;
}

std::vector<ClassifierStep> steps_of_json(const Json& json, const std::string& who) {
  std::vector<ClassifierStep> steps;
  try {
    for (const Json& one : json) {
      const auto kind = std::find_if(kStepKinds.begin(), kStepKinds.end(), [&](const auto& known) {
        return one.at("kind") == std::string(known.second);
      });
      if (kind == kStepKinds.end())
        throw ModelError(who + ": has a step of a kind that is not known");
      const Json &window = one.at("window"), &pad = one.at("padding");
      steps.push_back(
          {.kind = kind->first,
           .input = one.at("input").get<int>(),
           .other = one.at("other").get<int>(),
           .window = {.height = window.at(0).get<std::int64_t>(),
                      .width = window.at(1).get<std::int64_t>(),
                      .stride = window.at(2).get<std::int64_t>(),
                      .padding = {pad.at(0).get<std::int64_t>(), pad.at(1).get<std::int64_t>(),
                                  pad.at(2).get<std::int64_t>(), pad.at(3).get<std::int64_t>()}},
           .groups = one.at("groups").get<std::int64_t>(),
           .relu = one.at("relu").get<bool>(),
           .ceil_mode = one.at("ceil_mode").get<bool>(),
           .count_padding = one.at("count_padding").get<bool>()});
    }
  } catch (const Json::exception&) {
    throw ModelError(who + ": its steps are damaged; import the classifier again");
  }
  return steps;
}

}  // namespace storyteller
