#include "core/serialization/torch_state_dict.h"

#include <algorithm>
#include <map>

#include "core/error.h"
#include "core/serialization/torch_places.h"
#include "core/serialization/weight_tensor.h"
#include "core/system/printable.h"
#include "core/text/phrase.h"

namespace storyteller {
namespace {

using Kind = PickleValue::Kind;

class StateDictReader {
 public:
  StateDictReader(const Pickle& pickle, const std::string& who) : pickle_(pickle), who_(who) {}

  TorchStateDict read(const StateDictOptions& options) {
    const PickleValue& dict = pickle_[find(options.key)];
    std::size_t others = 0;
    std::string example;
    for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2) {
      const PickleValue& key = pickle_[dict.items[i]];
      const TorchTensorCall call = torch_tensor_call(pickle_, dict.items[i + 1]);
      if (key.kind == Kind::kText && call.kind != TorchTensorCall::Kind::kNone) {
        add(std::string(key.text), call);
      } else if (others++ == 0 && key.kind == Kind::kText) {
        example = ", such as '" + printable(key.text, 60) + "'";
      }
    }
    if (others > 0) {
      out_.notes.push_back(
          counted(others, "entry that is no tensor was", "entries that are no tensors were") +
          " left out" + example);
    }
    say_what_was_passed_over();
    std::sort(out_.tensors.begin(), out_.tensors.end(),
              [](const TorchTensor& a, const TorchTensor& b) { return a.name < b.name; });
    const auto twice =
        std::adjacent_find(out_.tensors.begin(), out_.tensors.end(),
                           [](const auto& a, const auto& b) { return a.name == b.name; });
    if (twice != out_.tensors.end()) refuse(twice->name, "is there twice");
    if (options.all_storages) describe_all_storages();
    return std::move(out_);
  }

 private:
  [[noreturn]] void refuse(const std::string& tensor, const std::string& problem) const {
    throw ModelError(who_ + ": tensor '" + printable(tensor) + "': " + problem);
  }

  static std::string quoted(const StateDictPlace& place) {
    return place.key.empty() ? "the checkpoint itself" : "'" + printable(place.key) + "'";
  }

  /// The dictionary to read.
  std::uint32_t find(const std::string& key) {
    const std::vector<StateDictPlace> places = state_dict_places(pickle_);
    if (places.empty()) {
      throw ModelError(who_ + ": no state dict of tensors was found" + other_content(pickle_) +
                       "; save it alone: torch.save(model.state_dict(), FILE)");
    }
    const auto chosen = key.empty() ? places.begin() : find_key(places, key);
    if (!chosen->key.empty()) {
      out_.notes.push_back("the state dict was found under " + quoted(*chosen));
    }
    constexpr std::size_t kShown = 4;
    std::size_t others = 0;
    std::string average;
    for (auto place = places.begin(); place != places.end(); ++place) {
      if (place == chosen) continue;
      if (++others <= kShown) out_.other_keys += (others > 1 ? ", " : "") + quoted(*place);
      if (place->average && average.empty()) {
        average = "; " + quoted(*place) +
                  " seems to be an average of weights, which is mostly the better";
      }
    }
    if (others > kShown) out_.other_keys += " and " + std::to_string(others - kShown) + " more";
    if (others > 0 && key.empty()) {
      out_.notes.push_back("tensors are under " + out_.other_keys +
                           " too: 'weights import --key NAME' takes those" + average);
    }
    return chosen->value;
  }

  /// By the whole key, or its last part where that is of one place alone.
  std::vector<StateDictPlace>::const_iterator find_key(const std::vector<StateDictPlace>& places,
                                                       const std::string& key) const {
    const auto whole = std::find_if(places.begin(), places.end(),
                                    [&](const auto& place) { return place.key == key; });
    if (whole != places.end()) return whole;
    const auto ends = [&](const StateDictPlace& place) { return place.key.ends_with("." + key); };
    if (std::count_if(places.begin(), places.end(), ends) == 1) {
      return std::find_if(places.begin(), places.end(), ends);
    }
    constexpr std::size_t kShown = 6;
    std::string known;
    for (std::size_t i = 0; i < std::min(places.size(), kShown); ++i) {
      known += (i > 0 ? ", " : "") + quoted(places[i]);
    }
    throw ModelError(who_ + ": no tensors are under the key '" + printable(key) +
                     "'; there are some under " + known);
  }

  void say_what_was_passed_over() {
    constexpr std::size_t kShown = 3;
    std::size_t kinds = 0;
    std::string names;
    for (const std::string& global : pickle_.globals) {
      if (is_torch_global(global)) continue;
      if (++kinds <= kShown) names += (kinds > 1 ? ", " : "") + printable(global);
    }
    if (kinds == 0) return;
    out_.notes.push_back(
        "objects were passed over, and nothing of them was run: " + names +
        (kinds > kShown ? " and " + std::to_string(kinds - kShown) + " more" : ""));
  }

  /// A tuple of integers, or torch.Size of one.
  std::vector<std::int64_t> integers(const std::string& name, std::uint32_t index) const {
    if (pickle_[index].kind == Kind::kCall &&
        is_global(pickle_, pickle_[index].items[0], kTorchSize)) {
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
        pickle_[tuple.items[0]].text != "storage" || pickle_[tuple.items[2]].kind != Kind::kText ||
        pickle_[tuple.items[1]].kind != Kind::kGlobal) {
      refuse(name, "its storage is not described as PyTorch does");
    }
    const TorchStorage stored{.key = pickle_[tuple.items[2]].text,
                              .element = torch_storage(pickle_[tuple.items[1]].text),
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
    if (first.element.name != stored.element.name || first.elements != stored.elements) {
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

  /// _rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, hooks, ...); v3 has the
  /// type behind the hooks.
  void add(const std::string& name, const TorchTensorCall& call) {
    if (call.kind == TorchTensorCall::Kind::kOther) {
      out_.tensors.push_back({.name = name, .other_type = printable(call.function)});
      return;
    }
    const PickleValue& arguments = pickle_[call.arguments];
    const bool has_type = call.kind == TorchTensorCall::Kind::kDtype;
    if (arguments.items.size() < (has_type ? 7U : 4U)) {
      refuse(name, "it is not described as PyTorch does");
    }
    std::uint64_t first = 0, elements = 0;
    const std::size_t at = storage(name, arguments.items[0], &first, &elements);
    TorchElement element = out_.storages[at].element;
    if (has_type) {
      const PickleValue& type = pickle_[arguments.items[6]];
      if (element.element_bytes != 1 || type.kind != Kind::kGlobal) {
        refuse(name, "it is not described as PyTorch does");
      }
      element = torch_dtype(type.text);
    }
    TorchTensor tensor{.name = name,
                       .type = element.type,
                       .storage = at,
                       .offset = natural(name, arguments.items[1]),
                       .shape = integers(name, arguments.items[2]),
                       .strides = integers(name, arguments.items[3])};
    if (element.type == StoredType::kOther) {
      tensor.other_type = element.name;
      tensor.strides.clear();
      // Nothing of it is read, but its elements are counted.
      const std::string problem = layout_problem(tensor.shape, {}, ~std::uint64_t{0});
      if (!problem.empty()) refuse(name, problem);
      out_.tensors.push_back(std::move(tensor));
      return;
    }
    if (has_type) {  // from bytes to elements; no such storage is a view
      if (first != 0) refuse(name, "it is not described as PyTorch does");
      elements /= element.element_bytes;
    }
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

TorchStateDict find_state_dict(const Pickle& pickle, const std::string& who,
                               const StateDictOptions& options) {
  return StateDictReader(pickle, who).read(options);
}

}  // namespace storyteller
