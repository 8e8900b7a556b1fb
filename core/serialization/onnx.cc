#include "core/serialization/onnx.h"

#include <algorithm>
#include <array>
#include <bit>
#include <fstream>
#include <optional>

#include "core/error.h"
#include "core/file_kind/file_kind.h"
#include "core/serialization/input_file.h"
#include "core/serialization/protobuf.h"
#include "core/serialization/stored_convert.h"
#include "core/system/printable.h"

namespace storyteller {
namespace {

using Wire = ProtobufField::Wire;

constexpr std::size_t kMostAxes = 8, kMostNumbers = 64, kMaxInt64Data = 1'000'000;

// Numbers of fields in onnx.proto.
enum ModelField { kProducerName = 2, kGraph = 7, kOpsetImport = 8 };
enum OpsetField { kOpsetDomain = 1, kOpsetVersion = 2 };
enum GraphField { kNode = 1, kInitializer = 5, kInput = 11, kOutput = 12, kSparse = 15 };
enum NodeField { kInputName = 1, kOutputName, kNodeName, kKind, kAttribute, kDomain = 7 };
enum AttributeField {
  kAttributeName = 1,
  kReal,
  kInteger,
  kText,
  kTensorValue,
  kIntegers = 8,
  kAttributeType = 20
};
enum TensorField {
  kDims = 1,
  kDataType,
  kFloatData = 4,
  kInt64Data = 7,
  kTensorName = 8,
  kRawData = 9,
  kExternalData = 13,
  kDataLocation = 14
};
enum ValueField { kValueName = 1, kValueType = 2 };
enum TypeField { kTensorType = 1, kElementType = 1, kShape = 2, kDim = 1, kDimValue = 1 };

template <class Items>
void limit(const Items& items, std::size_t most, const ProtobufInput& at, const char* what) {
  if (items.size() >= most) {
    at.refuse("more than " + std::to_string(most) + " " + what + "; no network has so many");
  }
}

class OnnxReader {
 public:
  OnnxReader(std::string_view whole, const std::string& name) : whole_(whole), name_(name) {}

  OnnxModel model() {
    OnnxModel model{.file = name_};
    ProtobufInput input(whole_, name_);
    bool graph = false;
    for (ProtobufField field; input.next(&field);) {
      if (field.number == kProducerName) {
        model.producer = printable(input.text(field));
      } else if (field.number == kOpsetImport) {
        opset(input.inside(field), model);
      } else if (field.number == kGraph) {
        if (graph) input.refuse("a second graph");
        graph = true;
        read_graph(input.inside(field), model);
      }
    }
    if (!graph) {
      throw ModelError(name_ + ": has no graph: it is no ONNX model, or was cut short");
    }
    return model;
  }

 private:
  static void opset(ProtobufInput input, OnnxModel& model) {
    std::string_view domain;
    std::int64_t version = 0;
    for (ProtobufField field; input.next(&field);) {
      if (field.number == kOpsetDomain) domain = input.text(field);
      if (field.number == kOpsetVersion) version = input.integer(field);
    }
    if (domain.empty() || domain == "ai.onnx") model.opset = version;
  }

  void read_graph(ProtobufInput input, OnnxModel& model) {
    for (ProtobufField field; input.next(&field);) {
      switch (field.number) {
        case kNode:
          limit(model.nodes, kMaxOnnxItems, input, "nodes");
          model.nodes.push_back(node(input.inside(field)));
          break;
        case kInitializer:
          limit(model.tensors, kMaxOnnxItems, input, "tensors");
          model.tensors.push_back(tensor(input.inside(field)));
          break;
        case kInput:
          limit(model.inputs, kMaxOnnxItems, input, "inputs");
          model.inputs.push_back(value(input.inside(field)));
          break;
        case kOutput:
          limit(model.outputs, kMaxOnnxItems, input, "outputs");
          model.outputs.push_back(value(input.inside(field)));
          break;
        case kSparse:
          input.refuse("a sparse tensor, which is not read; save the network with full ones");
        default:
          break;
      }
    }
  }

  OnnxNode node(ProtobufInput input) {
    OnnxNode node;
    for (ProtobufField field; input.next(&field);) {
      switch (field.number) {
        case kInputName:
          limit(node.inputs, kMostNumbers, input, "inputs of a node");
          node.inputs.emplace_back(input.text(field));
          break;
        case kOutputName:
          limit(node.outputs, kMostNumbers, input, "outputs of a node");
          node.outputs.emplace_back(input.text(field));
          break;
        case kNodeName:
          node.name = input.text(field);
          break;
        case kKind:
          node.kind = input.text(field);
          break;
        case kAttribute:
          limit(node.attributes, kMostNumbers, input, "attributes of a node");
          node.attributes.push_back(attribute(input.inside(field)));
          break;
        case kDomain:
          node.domain = input.text(field);
          break;
        default:
          break;
      }
    }
    return node;
  }

  OnnxAttribute attribute(ProtobufInput input) {
    OnnxAttribute attribute;
    for (ProtobufField field; input.next(&field);) {
      switch (field.number) {
        case kAttributeName:
          attribute.name = input.text(field);
          break;
        case kReal:
          attribute.real = input.real(field);
          break;
        case kInteger:
          attribute.integer = input.integer(field);
          break;
        case kText:
          attribute.text = input.text(field);
          break;
        case kTensorValue:
          attribute.tensor = tensor(input.inside(field));
          break;
        case kIntegers:
          append(input, field, kMostNumbers, attribute.integers);
          break;
        case kAttributeType:
          attribute.type = input.integer(field);
          break;
        default:
          break;
      }
    }
    return attribute;
  }

  static void append(const ProtobufInput& input, const ProtobufField& field, std::size_t most,
                     std::vector<std::int64_t>& numbers) {
    input.numbers(field, Wire::kVarint, [&](std::uint64_t number) {
      limit(numbers, most, input, "numbers");
      numbers.push_back(static_cast<std::int64_t>(number));
    });
  }

  OnnxTensor tensor(ProtobufInput input) {
    OnnxTensor tensor;
    std::optional<std::string_view> raw;
    bool outside = false;
    for (ProtobufField field; input.next(&field);) {
      switch (field.number) {
        case kDims:
          append(input, field, kMostAxes, tensor.dims);
          break;
        case kDataType:
          tensor.type = input.integer(field);
          break;
        case kFloatData:
          input.numbers(field, Wire::kFixed32, [&](std::uint64_t bits) {
            tensor.floats.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
          });
          break;
        case kInt64Data:
          append(input, field, kMaxInt64Data, tensor.ints);
          break;
        case kTensorName:
          tensor.name = input.text(field);
          break;
        case kRawData:
          raw = input.text(field);
          break;
        case kExternalData:
          outside = true;
          break;
        case kDataLocation:
          outside = outside || input.integer(field) != 0;
          break;
        default:
          break;
      }
    }
    const std::string who = name_ + ": tensor '" + printable(tensor.name) + "'";
    if (outside) {
      throw ModelError(who +
                       " lies in another file, which is not read: a model could name any file of "
                       "this machine; save it as one: onnx.save(onnx.load(FILE), OUT, "
                       "save_as_external_data=False)");
    }
    fill(who, raw, tensor);
    return tensor;
  }

  /// Its numbers out of raw bytes, where it has those, and that they are as many as it says.
  static void fill(const std::string& who, const std::optional<std::string_view>& raw,
                   OnnxTensor& tensor) {
    std::int64_t elements = 1;
    for (const std::int64_t dim : tensor.dims) {
      if (dim < 0 || __builtin_mul_overflow(elements, dim, &elements)) {
        throw ModelError(who + " has a dimension of " + std::to_string(dim) +
                         ", which cannot be; the file is damaged");
      }
    }
    const auto wanted = static_cast<std::uint64_t>(elements);
    const auto mismatch = [&](std::uint64_t there, const char* what) {
      throw ModelError(who + " has " + std::to_string(there) + what + ", not the " +
                       std::to_string(wanted) +
                       " that its dimensions ask for; the file is damaged");
    };
    if (tensor.type == OnnxTensor::kFloat) {
      if (raw) {
        if (raw->size() % sizeof(float) != 0 || raw->size() / sizeof(float) != wanted) {
          mismatch(raw->size() / sizeof(float), " numbers");
        }
        tensor.floats.resize(wanted);
        convert_stored(who, StoredType::kF32, std::as_bytes(std::span(*raw)), tensor.floats);
      }
      if (tensor.floats.size() != wanted) mismatch(tensor.floats.size(), " numbers");
    } else if (tensor.type == OnnxTensor::kInt64) {
      if (raw) {
        if (raw->size() % sizeof(std::int64_t) != 0 ||
            raw->size() / sizeof(std::int64_t) != wanted) {
          mismatch(raw->size() / sizeof(std::int64_t), " numbers");
        }
        tensor.ints.resize(wanted);
        convert_stored(who, StoredType::kI64, std::as_bytes(std::span(*raw)), tensor.ints);
      }
      if (tensor.ints.size() != wanted) mismatch(tensor.ints.size(), " numbers");
    }
  }

  OnnxValue value(ProtobufInput input) {
    OnnxValue value;
    for (ProtobufField field; input.next(&field);) {
      if (field.number == kValueName) value.name = input.text(field);
      if (field.number != kValueType) continue;
      ProtobufInput type = input.inside(field);
      for (ProtobufField of_type; type.next(&of_type);) {
        if (of_type.number == kTensorType) tensor_type(type.inside(of_type), value);
      }
    }
    return value;
  }

  static void tensor_type(ProtobufInput input, OnnxValue& value) {
    for (ProtobufField field; input.next(&field);) {
      if (field.number == kElementType) value.type = input.integer(field);
      if (field.number != kShape) continue;
      ProtobufInput shape = input.inside(field);
      for (ProtobufField of_shape; shape.next(&of_shape);) {
        if (of_shape.number != kDim) continue;
        limit(value.dims, kMostAxes, shape, "dimensions");
        value.dims.push_back(OnnxValue::kAny);
        ProtobufInput dim = shape.inside(of_shape);
        for (ProtobufField of_dim; dim.next(&of_dim);) {
          if (of_dim.number == kDimValue) value.dims.back() = dim.integer(of_dim);
        }
      }
    }
  }

  std::string_view whole_;
  const std::string& name_;
};

}  // namespace

std::string OnnxTensor::type_name() const {
  constexpr std::array kNames{"UNDEFINED", "FLOAT",  "UINT8",     "INT8",       "UINT16",  "INT16",
                              "INT32",     "INT64",  "STRING",    "BOOL",       "FLOAT16", "DOUBLE",
                              "UINT32",    "UINT64", "COMPLEX64", "COMPLEX128", "BFLOAT16"};
  const bool known = type >= 0 && type < static_cast<std::int64_t>(kNames.size());
  return known ? kNames.at(static_cast<std::size_t>(type)) : "type " + std::to_string(type);
}

const OnnxAttribute* OnnxNode::attribute(std::string_view wanted) const {
  const auto found = std::find_if(attributes.begin(), attributes.end(),
                                  [&](const OnnxAttribute& one) { return one.name == wanted; });
  return found == attributes.end() ? nullptr : &*found;
}

OnnxModel parse_onnx(std::span<const std::byte> bytes, const std::string& name) {
  const std::string shown = printable_path(name);
  return OnnxReader({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, shown).model();
}

OnnxModel read_onnx(const std::filesystem::path& path) {
  InputFile input(path);
  if (input.size() > kMaxOnnxBytes) {
    throw ModelError(input.name() + ": is of " + std::to_string(input.size() >> 20U) +
                     " MiB; networks of more than " + std::to_string(kMaxOnnxBytes >> 20U) +
                     " are not read");
  }
  const auto bytes = allocate_bytes(input.size(), input.name());
  input.read(bytes.get(), input.size());
  const std::span<const std::byte> all(bytes.get(), input.size());
  const FileKind kind = identify_file(all.first(std::min<std::size_t>(all.size(), kIdentifyBytes)));
  if (kind.family != FileFamily::kUnknown && kind.family != FileFamily::kOtherWeights) {
    throw ModelError(input.name() + ": is " + std::string(kind.what) + ", no ONNX model; " +
                     way_out(kind, FileUse::kWeights, path.string()));
  }
  return parse_onnx(all, path.string());
}

bool is_onnx(const std::filesystem::path& path) {
  if (path.extension() == ".onnx") return true;
  std::array<char, kIdentifyBytes> head{};
  std::ifstream file(path, std::ios::binary);
  file.read(head.data(), head.size());
  const auto read = std::as_bytes(std::span(head)).first(static_cast<std::size_t>(file.gcount()));
  return identify_file(read).what == "an ONNX model";
}

}  // namespace storyteller
