#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "core/serialization/onnx.h"
#include "model/classifier/network.h"

namespace storyteller {

/// The attributes of one node. All throw ModelError that begins with `who`.
class OnnxAttributes {
 public:
  /// Refuses attributes that are not `known`: they could change what the node computes.
  OnnxAttributes(const OnnxNode& node, std::initializer_list<std::string_view> known,
                 std::string who);

  std::int64_t integer(std::string_view name, std::int64_t usual) const;
  float real(std::string_view name, float usual) const;
  std::vector<std::int64_t> integers(std::string_view name) const;  ///< empty: not given
  const OnnxTensor& tensor(std::string_view name) const;

  /// Of kernel_shape, strides, pads or auto_pad, and dilations, which must be 1. A convolution's
  /// kernel is known; 0: that of a pooling, which kernel_shape says.
  Window window(const PictureShape& in, std::int64_t height = 0, std::int64_t width = 0) const;

 private:
  [[noreturn]] void refuse(const std::string& problem) const;
  /// Null: not given.
  const OnnxAttribute* find(std::string_view name, std::int64_t type) const;
  /// Two of `name`, or `usual` twice.
  std::pair<std::int64_t, std::int64_t> two(std::string_view name, std::int64_t usual) const;

  const OnnxNode& node_;
  std::string who_;
};

}  // namespace storyteller
