#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace storyteller {

/// Numbers of a graph. Values of FLOAT and INT64 alone are kept; `type` says what others are.
struct OnnxTensor {
  static constexpr std::int64_t kFloat = 1, kInt64 = 7;
  std::string name;
  std::int64_t type = 0;  ///< of TensorProto.DataType
  std::vector<std::int64_t> dims = {};
  std::vector<float> floats = {};  ///< row-major, as many as dims say; of kFloat
  std::vector<std::int64_t> ints = {};

  /// "FLOAT16", "type 30".
  std::string type_name() const;
};

/// How a node does what it does.
struct OnnxAttribute {
  static constexpr std::int64_t kFloat = 1, kInt = 2, kString = 3, kTensor = 4, kInts = 7;
  std::string name;
  std::int64_t type = 0;  ///< of AttributeProto.AttributeType
  float real = 0;
  std::int64_t integer = 0;
  std::string text = {};
  std::vector<std::int64_t> integers = {};
  OnnxTensor tensor = {};
};

struct OnnxNode {
  std::string name = {}, kind = {}, domain = {};       ///< kind: "Conv"; domain: "" for ONNX's own
  std::vector<std::string> inputs = {}, outputs = {};  ///< "" for one that is left out
  std::vector<OnnxAttribute> attributes = {};

  /// Null: it has none of that name.
  const OnnxAttribute* attribute(std::string_view name) const;
};

/// What goes in or comes out.
struct OnnxValue {
  static constexpr std::int64_t kAny = -1;
  std::string name;
  std::int64_t type = 0;                ///< of its elements, as that of a tensor
  std::vector<std::int64_t> dims = {};  ///< kAny where it has no number
};

/// A network as a graph: what ONNX files hold.
struct OnnxModel {
  std::string file;  ///< as it appears in messages
  std::string producer = {};
  std::int64_t opset = 0;  ///< version of ONNX's own kinds of node
  std::vector<OnnxNode> nodes = {};
  std::vector<OnnxTensor> tensors = {};
  std::vector<OnnxValue> inputs = {}, outputs = {};
};

/// Far above what networks of pictures take.
inline constexpr std::uint64_t kMaxOnnxBytes = std::uint64_t{1} << 30U;
inline constexpr std::size_t kMaxOnnxItems = 100'000;  ///< nodes, tensors, inputs and outputs each

/// Reads the messages of an ONNX file that a network of pictures needs; nothing in it is executed,
/// and what is not known is passed over. All lengths are proven: a tensor has as many numbers as
/// its dimensions say. Errors about the content are `ModelError`s that name file, cause and, where
/// there is one, the fix; tensors whose numbers lie in another file are one, too. Format:
/// onnx/onnx.proto of the ONNX project.
OnnxModel read_onnx(const std::filesystem::path& path);
/// The same from memory; `name` stands for the file in messages.
OnnxModel parse_onnx(std::span<const std::byte> bytes, const std::string& name);

/// Whether a file is one, by its first bytes or by its name's end.
bool is_onnx(const std::filesystem::path& path);

}  // namespace storyteller
