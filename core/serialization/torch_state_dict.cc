#include "core/serialization/torch_state_dict.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "core/error.h"
#include "core/serialization/weight_tensor.h"
#include "core/system/printable.h"

namespace storyteller {
namespace {

using Kind = PickleValue::Kind;

struct StorageType {
  std::string_view name;
  StoredType type;
};
constexpr std::array<StorageType, 10> kStorageTypes = {
    {{"torch.FloatStorage", StoredType::kF32},
     {"torch.HalfStorage", StoredType::kF16},
     {"torch.BFloat16Storage", StoredType::kBF16},
     {"torch.DoubleStorage", StoredType::kF64},
     {"torch.LongStorage", StoredType::kI64},
     {"torch.IntStorage", StoredType::kI32},
     {"torch.ShortStorage", StoredType::kI16},
     {"torch.CharStorage", StoredType::kI8},
     {"torch.ByteStorage", StoredType::kU8},
     {"torch.BoolStorage", StoredType::kBool}}};
constexpr std::string_view kRebuildTensor = "torch._utils._rebuild_tensor_v2";
constexpr std::string_view kRebuildTensorV1 = "torch._utils._rebuild_tensor";  // before 0.4
constexpr std::string_view kRebuildParameter = "torch._utils._rebuild_parameter";
constexpr std::string_view kRebuildParameterWithState =
    "torch._utils._rebuild_parameter_with_state";
constexpr std::string_view kParameter = "torch.nn.parameter.Parameter";
constexpr std::string_view kSize = "torch.Size";

constexpr auto kGlobals = [] {
  constexpr std::array kOthers = {kRebuildTensor,
                                  kRebuildTensorV1,
                                  kRebuildParameter,
                                  kRebuildParameterWithState,
                                  kParameter,
                                  kSize,
                                  std::string_view(kOrderedDict)};
  std::array<std::string_view, kStorageTypes.size() + kOthers.size()> names;
  auto* end = std::transform(kStorageTypes.begin(), kStorageTypes.end(), names.begin(),
                             [](const StorageType& storage) { return storage.name; });
  std::copy(kOthers.begin(), kOthers.end(), end);
  return names;
}();

constexpr std::array<std::string_view, 10> kUsualKeys = {
    "state_dict", "model_state_dict", "model",  "net",     "network",
    "weights",    "params",           "module", "encoder", "backbone"};

class StateDictReader {
 public:
  StateDictReader(const Pickle& pickle, const std::string& who) : pickle_(pickle), who_(who) {}

  TorchStateDict read(bool all_storages) {
    const PickleValue& dict = find();
    std::size_t others = 0;
    for (std::size_t i = 0; i < dict.items.size(); i += 2) {
      const PickleValue& key = pickle_[dict.items[i]];
      const PickleValue* tensor = tensor_call(dict.items[i + 1]);
      if (key.kind == Kind::kText && tensor != nullptr) {
        add(std::string(key.text), *tensor);
      } else {
        ++others;
      }
    }
    if (others > 0) {
      out_.notes.push_back(
          std::to_string(others) +
          (others == 1 ? " entry that is no tensor was" : " entries that are no tensors were") +
          " left out");
    }
    std::sort(out_.tensors.begin(), out_.tensors.end(),
              [](const TorchTensor& a, const TorchTensor& b) { return a.name < b.name; });
    const auto twice =
        std::adjacent_find(out_.tensors.begin(), out_.tensors.end(),
                           [](const auto& a, const auto& b) { return a.name == b.name; });
    if (twice != out_.tensors.end()) refuse(twice->name, "is there twice");
    for (TorchStorage& storage : out_.storages) storage.used = true;
    if (all_storages) describe_all_storages();
    return std::move(out_);
  }

 private:
  [[noreturn]] void refuse(const std::string& tensor, const std::string& problem) const {
    throw ModelError(who_ + ": tensor '" + printable(tensor) + "': " + problem);
  }

  bool is(std::uint32_t index, std::string_view global) const {
    return pickle_[index].kind == Kind::kGlobal && pickle_[index].text == global;
  }

  /// The call of _rebuild_tensor that `index` is, perhaps inside of Parameters; null where it is
  /// something else.
  const PickleValue* tensor_call(std::uint32_t index) const {
    constexpr int kDeepest = 4;
    for (int depth = 0; depth < kDeepest; ++depth) {
      const PickleValue& call = pickle_[index];
      if (call.kind != Kind::kCall) return nullptr;
      const std::uint32_t what = call.items[0];
      if (is(what, kRebuildTensor) || is(what, kRebuildTensorV1)) return &call;
      if (!is(what, kRebuildParameter) && !is(what, kRebuildParameterWithState) &&
          !is(what, kParameter)) {
        return nullptr;
      }
      // Parameter(tensor, ...); of 2017: Parameter() with the state (tensor, ...).
      const PickleValue& arguments = pickle_[call.items[1]];
      if (!arguments.items.empty()) {
        index = arguments.items.front();
      } else if (call.items.size() > 2 && pickle_[call.items[2]].kind == Kind::kTuple &&
                 !pickle_[call.items[2]].items.empty()) {
        index = pickle_[call.items[2]].items.front();
      } else {
        return nullptr;
      }
    }
    return nullptr;
  }

  bool holds_tensors(const PickleValue& dict) const {
    if (dict.kind != Kind::kDict) return false;
    for (std::size_t i = 0; i < dict.items.size(); i += 2) {
      if (pickle_[dict.items[i]].kind == Kind::kText && tensor_call(dict.items[i + 1]) != nullptr) {
        return true;
      }
    }
    return false;
  }

  const PickleValue* entry(const PickleValue& dict, std::string_view key) const {
    for (std::size_t i = 0; i < dict.items.size(); i += 2) {
      const PickleValue& name = pickle_[dict.items[i]];
      if (name.kind == Kind::kText && name.text == key) return &pickle_[dict.items[i + 1]];
    }
    return nullptr;
  }

  void found_under(std::string_view key) {
    out_.notes.push_back("the state dict was found under '" + printable(key) + "'");
  }

  const PickleValue& find() {
    const PickleValue& root = pickle_[pickle_.root];
    if (holds_tensors(root)) return root;
    if (root.kind == Kind::kDict) {
      for (const std::string_view key : kUsualKeys) {
        const PickleValue* value = entry(root, key);
        if (value == nullptr || !holds_tensors(*value)) continue;
        found_under(key);
        return *value;
      }
      std::vector<std::size_t> candidates;
      for (std::size_t i = 0; i < root.items.size(); i += 2) {
        if (holds_tensors(pickle_[root.items[i + 1]])) candidates.push_back(i);
      }
      if (candidates.size() == 1) {
        const PickleValue& key = pickle_[root.items[candidates[0]]];
        found_under(key.kind == Kind::kText ? key.text : "a key that is no text");
        return pickle_[root.items[candidates[0] + 1]];
      }
    }
    throw ModelError(who_ + ": no state dict of tensors was found" + keys(root) +
                     "; save it alone: torch.save(model.state_dict(), FILE)");
  }

  /// " (it has the keys 'epoch', 'args')", or "".
  std::string keys(const PickleValue& root) const {
    if (root.kind != Kind::kDict) return " (it holds no dictionary)";
    constexpr std::size_t kShown = 6;
    std::string text;
    for (std::size_t i = 0; i < root.items.size() && i < 2 * kShown; i += 2) {
      const PickleValue& key = pickle_[root.items[i]];
      if (key.kind != Kind::kText) continue;
      text += (text.empty() ? " (it has the keys '" : ", '") + printable(key.text, 40) + "'";
    }
    return text.empty() ? "" : text + ")";
  }

  /// A tuple of integers, or torch.Size of one.
  std::vector<std::int64_t> integers(const std::string& name, std::uint32_t index) const {
    if (pickle_[index].kind == Kind::kCall && is(pickle_[index].items[0], kSize)) {
      const PickleValue& arguments = pickle_[pickle_[index].items[1]];
      if (arguments.items.size() != 1) refuse(name, "its shape is none");
      index = arguments.items.front();
    }
    const PickleValue& tuple = pickle_[index];
    if (tuple.kind != Kind::kTuple) refuse(name, "its shape or strides are no tuple");
    if (tuple.items.size() > 64) refuse(name, "it has more than 64 axes");
    std::vector<std::int64_t> out;
    for (const std::uint32_t item : tuple.items) out.push_back(integer(name, item));
    return out;
  }
  std::int64_t integer(const std::string& name, std::uint32_t index) const {
    const PickleValue& value = pickle_[index];
    if (value.kind != Kind::kInteger) refuse(name, "there is something else in place of a number");
    if (value.text.size() > 8) refuse(name, "a number of more than 64 bits");
    return value.integer;
  }
  std::uint64_t natural(const std::string& name, std::uint32_t index) const {
    const std::int64_t value = integer(name, index);
    if (value < 0) refuse(name, "a negative number where none can be");
    return static_cast<std::uint64_t>(value);
  }

  /// ('storage', type, key, location, elements) and, of views in the form before 1.6,
  /// (key of the view, offset, elements). `*offset` and `*elements` say what the tensor may see.
  std::size_t storage(const std::string& name, std::uint32_t index, std::uint64_t* offset,
                      std::uint64_t* elements) {
    const PickleValue& object = pickle_[index];
    if (object.kind != Kind::kPersistent) refuse(name, "it has no storage");
    const PickleValue& tuple = pickle_[object.items[0]];
    if (tuple.kind != Kind::kTuple || tuple.items.size() < 5 || tuple.items.size() > 6 ||
        pickle_[tuple.items[0]].text != "storage" || pickle_[tuple.items[2]].kind != Kind::kText) {
      refuse(name, "its storage is not described as PyTorch does");
    }
    const PickleValue& type = pickle_[tuple.items[1]];
    const auto* known =
        std::find_if(kStorageTypes.begin(), kStorageTypes.end(), [&](const StorageType& one) {
          return type.kind == Kind::kGlobal && type.text == one.name;
        });
    if (known == kStorageTypes.end()) {
      refuse(name, "its storage has a type that is not read");
    }
    const TorchStorage stored{.key = pickle_[tuple.items[2]].text,
                              .type = known->type,
                              .elements = natural(name, tuple.items[4])};
    *offset = 0;
    *elements = stored.elements;
    if (tuple.items.size() == 6 && pickle_[tuple.items[5]].kind != Kind::kNone) {
      const PickleValue& view = pickle_[tuple.items[5]];
      if (view.kind != Kind::kTuple || view.items.size() != 3) {
        refuse(name, "its storage is not described as PyTorch does");
      }
      *offset = natural(name, view.items[1]);
      *elements = natural(name, view.items[2]);
      if (*offset > stored.elements || *elements > stored.elements - *offset) {
        refuse(name, "its storage is a view that reaches outside");
      }
    }
    const auto [at, fresh] = by_key_.try_emplace(stored.key, out_.storages.size());
    if (fresh) out_.storages.push_back(stored);
    const TorchStorage& first = out_.storages[at->second];
    if (first.type != stored.type || first.elements != stored.elements) {
      refuse(name, "its storage '" + printable(stored.key) +
                       "' was described before with another type or size");
    }
    return at->second;
  }

  void describe_all_storages() {
    for (std::uint32_t index = 0; index < pickle_.values.size(); ++index) {
      std::uint64_t offset = 0, elements = 0;
      if (pickle_[index].kind == Kind::kPersistent) {
        storage("(outside the state dict)", index, &offset, &elements);
      }
    }
  }

  /// _rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, hooks, ...)
  void add(const std::string& name, const PickleValue& call) {
    const PickleValue& arguments = pickle_[call.items[1]];
    if (arguments.items.size() < 4) refuse(name, "it is not described as PyTorch does");
    std::uint64_t first = 0, elements = 0;
    TorchTensor tensor{.name = name,
                       .storage = storage(name, arguments.items[0], &first, &elements),
                       .offset = natural(name, arguments.items[1]),
                       .shape = integers(name, arguments.items[2]),
                       .strides = integers(name, arguments.items[3])};
    if (tensor.offset > elements) refuse(name, "it begins outside its storage");
    const std::string problem =
        tensor.shape.size() == tensor.strides.size()
            ? layout_problem(tensor.shape, tensor.strides, elements - tensor.offset)
            : "it has no stride for each axis";
    if (!problem.empty()) refuse(name, problem);
    tensor.offset += first;
    out_.tensors.push_back(std::move(tensor));
  }

  const Pickle& pickle_;
  const std::string& who_;
  TorchStateDict out_;
  std::map<std::string_view, std::size_t> by_key_;
};

}  // namespace

std::span<const std::string_view> torch_globals() { return kGlobals; }

TorchStateDict find_state_dict(const Pickle& pickle, const std::string& who, bool all_storages) {
  return StateDictReader(pickle, who).read(all_storages);
}

}  // namespace storyteller
