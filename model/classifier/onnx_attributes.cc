#include "model/classifier/onnx_attributes.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/error.h"
#include "core/serialization/safetensors.h"
#include "core/system/printable.h"

namespace storyteller {

OnnxAttributes::OnnxAttributes(const OnnxNode& node, std::initializer_list<std::string_view> known,
                               std::string who)
    : node_(node), who_(std::move(who)) {
  for (const OnnxAttribute& one : node.attributes) {
    if (std::find(known.begin(), known.end(), one.name) == known.end()) {
      refuse("its attribute '" + printable(one.name) + "' is not known");
    }
  }
}

void OnnxAttributes::refuse(const std::string& problem) const {
  throw ModelError(who_ + ": " + problem);
}

const OnnxAttribute* OnnxAttributes::find(std::string_view name, std::int64_t type) const {
  const OnnxAttribute* found = node_.attribute(name);
  // Files of the first versions do not say the type.
  if (found != nullptr && found->type != 0 && found->type != type) {
    refuse("its attribute '" + std::string(name) + "' is of another type than it should be");
  }
  return found;
}

std::int64_t OnnxAttributes::integer(std::string_view name, std::int64_t usual) const {
  const OnnxAttribute* found = find(name, OnnxAttribute::kInt);
  return found == nullptr ? usual : found->integer;
}

float OnnxAttributes::real(std::string_view name, float usual) const {
  const OnnxAttribute* found = find(name, OnnxAttribute::kFloat);
  return found == nullptr ? usual : found->real;
}

std::vector<std::int64_t> OnnxAttributes::integers(std::string_view name) const {
  const OnnxAttribute* found = find(name, OnnxAttribute::kInts);
  return found == nullptr ? std::vector<std::int64_t>{} : found->integers;
}

const OnnxTensor& OnnxAttributes::tensor(std::string_view name) const {
  const OnnxAttribute* found = find(name, OnnxAttribute::kTensor);
  if (found == nullptr) refuse("its attribute '" + std::string(name) + "' is missing");
  return found->tensor;
}

std::pair<std::int64_t, std::int64_t> OnnxAttributes::two(std::string_view name,
                                                          std::int64_t usual) const {
  const std::vector<std::int64_t> given = integers(name);
  if (given.empty()) return {usual, usual};
  if (given.size() != 2) {
    refuse("its " + std::string(name) + " are " + shape_text(given) +
           "; two are read, of rows and columns");
  }
  return {given[0], given[1]};
}

Window OnnxAttributes::window(const PictureShape& in, std::int64_t height,
                              std::int64_t width) const {
  const auto kernel = two("kernel_shape", 0);
  if (height == 0) std::tie(height, width) = kernel;
  if (kernel.first != 0 && kernel != std::pair(height, width)) {
    refuse("its kernel_shape is not that of its weight");
  }
  const auto strides = two("strides", 1);
  constexpr std::int64_t kGreatestStride = 1024;
  if (strides.first != strides.second || strides.first < 1 || strides.first > kGreatestStride) {
    refuse("its strides of rows and columns differ, or make no sense");
  }
  if (two("dilations", 1) != std::pair<std::int64_t, std::int64_t>{1, 1}) {
    refuse("its dilations are not 1");
  }
  Window window{.height = height, .width = width, .stride = strides.first};
  const std::vector<std::int64_t> pads = integers("pads");
  if (!pads.empty()) {
    if (pads.size() != 4) refuse("its pads are " + shape_text(pads) + "; four are read");
    window.padding = {pads[0], pads[1], pads[2], pads[3]};
  }
  const OnnxAttribute* automatic = find("auto_pad", OnnxAttribute::kString);
  const std::string rule = automatic == nullptr ? "NOTSET" : automatic->text;
  if (rule == "VALID") {
    window.padding = {};
  } else if (rule == "SAME_UPPER") {
    // The kernel may be hostile here: only what is sensible can be planned for.
    if (height < 1 || width < 1 || height > in.height || width > in.width) {
      refuse("its kernel is greater than the picture of " + in.text());
    }
    const Padding rows = same_padding(in.height, in.width, height, window.stride);
    const Padding columns = same_padding(in.height, in.width, width, window.stride);
    window.padding = {rows.top, columns.left, rows.bottom, columns.right};
  } else if (rule != "NOTSET") {
    refuse("its auto_pad is '" + printable(rule) + "'; NOTSET, VALID and SAME_UPPER are read");
  }
  return window;
}

}  // namespace storyteller
