#include "core/serialization/torch_objects.h"

#include <algorithm>
#include <array>

namespace storyteller {
namespace {

using Kind = PickleValue::Kind;

struct Named {
  std::string_view global;
  TorchElement element;
};

constexpr std::array kStorages = {
    Named{"torch.FloatStorage", {StoredType::kF32, "float32", 4}},
    Named{"torch.HalfStorage", {StoredType::kF16, "float16", 2}},
    Named{"torch.BFloat16Storage", {StoredType::kBF16, "bfloat16", 2}},
    Named{"torch.DoubleStorage", {StoredType::kF64, "float64", 8}},
    Named{"torch.LongStorage", {StoredType::kI64, "int64", 8}},
    Named{"torch.IntStorage", {StoredType::kI32, "int32", 4}},
    Named{"torch.ShortStorage", {StoredType::kI16, "int16", 2}},
    Named{"torch.CharStorage", {StoredType::kI8, "int8", 1}},
    Named{"torch.ByteStorage", {StoredType::kU8, "uint8", 1}},
    Named{"torch.BoolStorage", {StoredType::kBool, "bool", 1}},
    Named{"torch.UntypedStorage", {StoredType::kU8, "uint8", 1}},
    Named{"torch.storage.UntypedStorage", {StoredType::kU8, "uint8", 1}},
    Named{"torch.ComplexFloatStorage", {StoredType::kOther, "complex64", 8}},
    Named{"torch.ComplexDoubleStorage", {StoredType::kOther, "complex128", 16}},
    Named{"torch.QInt8Storage", {StoredType::kOther, "qint8", 1}},
    Named{"torch.QUInt8Storage", {StoredType::kOther, "quint8", 1}},
    Named{"torch.QInt32Storage", {StoredType::kOther, "qint32", 4}}};

constexpr std::array kDtypes = {
    Named{"torch.float32", {StoredType::kF32, "float32", 4}},
    Named{"torch.float16", {StoredType::kF16, "float16", 2}},
    Named{"torch.bfloat16", {StoredType::kBF16, "bfloat16", 2}},
    Named{"torch.float64", {StoredType::kF64, "float64", 8}},
    Named{"torch.float8_e5m2", {StoredType::kF8E5M2, "float8_e5m2", 1}},
    Named{"torch.float8_e4m3fn", {StoredType::kF8E4M3, "float8_e4m3fn", 1}},
    Named{"torch.int64", {StoredType::kI64, "int64", 8}},
    Named{"torch.int32", {StoredType::kI32, "int32", 4}},
    Named{"torch.int16", {StoredType::kI16, "int16", 2}},
    Named{"torch.int8", {StoredType::kI8, "int8", 1}},
    Named{"torch.uint8", {StoredType::kU8, "uint8", 1}},
    Named{"torch.uint16", {StoredType::kU16, "uint16", 2}},
    Named{"torch.uint32", {StoredType::kU32, "uint32", 4}},
    Named{"torch.uint64", {StoredType::kU64, "uint64", 8}},
    Named{"torch.bool", {StoredType::kBool, "bool", 1}}};

constexpr std::string_view kRebuildTensor = "torch._utils._rebuild_tensor_v2";
constexpr std::string_view kRebuildTensorV1 = "torch._utils._rebuild_tensor";  // before 0.4
constexpr std::string_view kRebuildTensorV3 = "torch._utils._rebuild_tensor_v3";
// Of classes derived from Tensor, and of tensors with attributes: function, class, arguments, state
constexpr std::string_view kRebuildFromType = "torch._tensor._rebuild_from_type_v2";
constexpr std::array<std::string_view, 3> kParameters = {
    "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state",
    "torch.nn.parameter.Parameter"};

template <std::size_t kSize>
TorchElement find(const std::array<Named, kSize>& known, std::string_view global) {
  const auto* at = std::find_if(known.begin(), known.end(),
                                [&](const Named& one) { return one.global == global; });
  if (at != known.end()) return at->element;
  constexpr std::string_view kTorch = "torch.";
  if (global.starts_with(kTorch)) global.remove_prefix(kTorch.size());
  return {.type = StoredType::kOther, .name = global, .element_bytes = 0};
}

TorchTensorCall::Kind kind_of(std::string_view function) {
  using Call = TorchTensorCall::Kind;
  if (function == kRebuildTensor || function == kRebuildTensorV1) return Call::kTyped;
  if (function == kRebuildTensorV3) return Call::kDtype;
  const bool torch =
      function.starts_with("torch.") && function.find("_rebuild") != std::string::npos;
  const bool numpy = function.starts_with("numpy.") && function.ends_with("._reconstruct");
  return torch || numpy ? Call::kOther : Call::kNone;
}

}  // namespace

TorchElement torch_storage(std::string_view global) { return find(kStorages, global); }
TorchElement torch_dtype(std::string_view global) { return find(kDtypes, global); }

bool is_global(const Pickle& pickle, std::uint32_t index, std::string_view name) {
  return pickle[index].kind == Kind::kGlobal && pickle[index].text == name;
}

TorchTensorCall torch_tensor_call(const Pickle& pickle, std::uint32_t index) {
  constexpr int kDeepest = 4;
  for (int depth = 0; depth < kDeepest; ++depth) {
    const PickleValue& call = pickle[index];
    if (call.kind != Kind::kCall || pickle[call.items[0]].kind != Kind::kGlobal) return {};
    const std::string_view function = pickle[call.items[0]].text;
    const PickleValue& arguments = pickle[call.items[1]];
    if (function == kRebuildFromType) {
      if (arguments.items.size() < 3 || pickle[arguments.items[0]].kind != Kind::kGlobal ||
          pickle[arguments.items[2]].kind != Kind::kTuple) {
        return {TorchTensorCall::Kind::kOther, function, call.items[1]};
      }
      const std::string_view inner = pickle[arguments.items[0]].text;
      return {kind_of(inner), inner, arguments.items[2]};
    }
    if (std::find(kParameters.begin(), kParameters.end(), function) == kParameters.end()) {
      return {kind_of(function), function, call.items[1]};
    }
    // Parameter(tensor, ...); of 2017: Parameter() with the state (tensor, ...).
    if (!arguments.items.empty()) {
      index = arguments.items.front();
    } else if (call.items.size() > 2 && pickle[call.items[2]].kind == Kind::kTuple &&
               !pickle[call.items[2]].items.empty()) {
      index = pickle[call.items[2]].items.front();
    } else {
      return {};
    }
  }
  return {};
}

bool is_torch_global(std::string_view name) {
  const auto named = [&](const Named& one) { return one.global == name; };
  return name == kTorchSize || name == kOrderedDict || name == kRebuildFromType ||
         kind_of(name) == TorchTensorCall::Kind::kTyped ||
         kind_of(name) == TorchTensorCall::Kind::kDtype ||
         std::find(kParameters.begin(), kParameters.end(), name) != kParameters.end() ||
         std::any_of(kStorages.begin(), kStorages.end(), named) ||
         std::any_of(kDtypes.begin(), kDtypes.end(), named);
}

}  // namespace storyteller
