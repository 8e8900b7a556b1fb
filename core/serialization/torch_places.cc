#include "core/serialization/torch_places.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>
#include <utility>

#include "core/serialization/torch_objects.h"
#include "core/system/printable.h"

namespace storyteller {
namespace {

using Kind = PickleValue::Kind;

constexpr int kDeepest = 3;
constexpr std::size_t kMostPlaces = 1000, kLongestKey = 100;

// In the order of preference.
constexpr std::array<std::string_view, 11> kUsualKeys = {
    "state_dict", "model_state_dict", "model_state", "model",   "net",     "network",
    "weights",    "params",           "module",      "encoder", "backbone"};
constexpr std::array<std::string_view, 11> kNoWeights = {
    "optimizer", "optim",     "scheduler", "scaler", "amp",        "callbacks",
    "loops",     "rng_state", "criterion", "meter",  "grad_scaler"};
constexpr std::array<std::string_view, 4> kAverages = {"ema", "averaged", "teacher", "swa"};

/// What the key of a dictionary is called; text where it is one.
std::string key_text(const PickleValue& key) {
  if (key.kind == Kind::kText || key.kind == Kind::kGlobal) {
    return std::string(key.text.substr(0, kLongestKey));
  }
  return key.kind == Kind::kInteger ? std::to_string(key.integer) : "?";
}

bool any_begins(const auto& words, std::string_view text) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return text.starts_with(word) || text.ends_with("_" + std::string(word)) ||
           text.find("_" + std::string(word) + "_") != std::string_view::npos;
  });
}

/// Breadth first, each value once: containers may hold each other any number of times.
class Search {
 public:
  explicit Search(const Pickle& pickle) : pickle_(pickle), seen_(pickle.values.size(), false) {}

  std::vector<StateDictPlace> run() {
    std::vector<Open> level = {{pickle_.root, "", "", false}};
    seen_[pickle_.root] = true;
    for (int depth = 0; depth <= kDeepest && !level.empty(); ++depth) {
      std::vector<Open> next;
      for (const Open& one : level) visit(one, next);
      level = std::move(next);
    }
    std::stable_sort(found_.begin(), found_.end(), [](const Found& a, const Found& b) {
      return std::tuple(a.rank, b.place.tensors) < std::tuple(b.rank, a.place.tensors);
    });
    take_first_the_whole();
    std::vector<StateDictPlace> places;
    for (Found& one : found_) places.push_back(std::move(one.place));
    return places;
  }

 private:
  struct Open {
    std::uint32_t value;
    std::string path, last;  ///< keys to it; the last of them
    bool average;
  };
  struct Found {
    StateDictPlace place;
    std::size_t rank;
  };

  void visit(const Open& open, std::vector<Open>& next) {
    const PickleValue& value = pickle_[open.value];
    if (value.kind == Kind::kDict) {
      std::size_t tensors = 0;
      for (std::size_t i = 0; i + 1 < value.items.size(); i += 2) {
        const PickleValue& key = pickle_[value.items[i]];
        const TorchTensorCall call = torch_tensor_call(pickle_, value.items[i + 1]);
        const bool tensor =
            call.kind != TorchTensorCall::Kind::kNone && !call.function.starts_with("numpy.");
        if (tensor && key.kind == Kind::kText) ++tensors;
        if (!tensor) enter(value.items[i + 1], open, key_text(key), next);
      }
      if (tensors > 0 && found_.size() < kMostPlaces) {
        found_.push_back({{open.path, open.value, tensors, open.average}, rank_of(open)});
      }
    } else if (value.kind == Kind::kList || value.kind == Kind::kTuple) {
      for (std::size_t i = 0; i < value.items.size(); ++i) {
        enter(value.items[i], open, std::to_string(i), next);
      }
    }
  }

  void enter(std::uint32_t index, const Open& parent, const std::string& key,
             std::vector<Open>& next) {
    const Kind kind = pickle_[index].kind;
    if (kind != Kind::kDict && kind != Kind::kList && kind != Kind::kTuple) return;
    if (seen_[index] || any_begins(kNoWeights, key)) return;
    seen_[index] = true;
    next.push_back({index, parent.path.empty() ? key : parent.path + "." + key, key,
                    parent.average || any_begins(kAverages, key)});
  }

  static std::size_t rank_of(const Open& open) {
    const auto* usual = std::find(kUsualKeys.begin(), kUsualKeys.end(), open.last);
    const auto rank = static_cast<std::size_t>(usual - kUsualKeys.begin());
    return rank + (open.average ? 2 * kUsualKeys.size() : 0);
  }

  /// The checkpoint itself goes before its parts unless one of them holds more.
  void take_first_the_whole() {
    const auto whole = std::find_if(found_.begin(), found_.end(),
                                    [](const Found& one) { return one.place.key.empty(); });
    if (whole == found_.end()) return;
    const bool most = std::all_of(found_.begin(), found_.end(), [&](const Found& one) {
      return one.place.tensors <= whole->place.tensors;
    });
    if (most) {
      std::rotate(found_.begin(), whole, whole + 1);
    } else {
      std::rotate(whole, whole + 1, found_.end());
    }
  }

  const Pickle& pickle_;
  std::vector<bool> seen_;
  std::vector<Found> found_;
};

/// The class of an object that a call makes; "" where `value` is none.
std::string class_of(const Pickle& pickle, const PickleValue& value) {
  if (value.kind != Kind::kCall || pickle[value.items[0]].kind != Kind::kGlobal) return "";
  const PickleValue& callee = pickle[value.items[0]];
  // copyreg._reconstructor(class, base, state)
  const PickleValue& arguments = pickle[value.items[1]];
  if (callee.text.ends_with("._reconstructor") && !arguments.items.empty() &&
      pickle[arguments.items[0]].kind == Kind::kGlobal) {
    return printable(pickle[arguments.items[0]].text);
  }
  return printable(callee.text);
}

}  // namespace

std::vector<StateDictPlace> state_dict_places(const Pickle& pickle) { return Search(pickle).run(); }

std::string other_content(const Pickle& pickle) {
  const PickleValue& root = pickle[pickle.root];
  const std::string pickled = "a pickled object of '", not_run = "', which is not run";
  if (const std::string name = class_of(pickle, root); !name.empty()) {
    return " (it is " + pickled + name + not_run + ")";
  }
  if (root.kind != Kind::kDict) return " (it holds no dictionary)";
  constexpr std::size_t kShown = 6;
  std::string keys, object;
  for (std::size_t i = 0; i + 1 < root.items.size(); i += 2) {
    const std::string key = "'" + printable(key_text(pickle[root.items[i]]), 40) + "'";
    if (i < 2 * kShown) keys += (keys.empty() ? " (it has the keys " : ", ") + key;
    const std::string name = class_of(pickle, pickle[root.items[i + 1]]);
    const std::string plain = key_text(pickle[root.items[i]]);
    const bool usual = std::find(kUsualKeys.begin(), kUsualKeys.end(), plain) != kUsualKeys.end();
    if (!object.empty() || !usual || name.empty()) continue;
    object.append("; ").append(key).append(" is ").append(pickled).append(name).append(not_run);
  }
  return keys.empty() ? "" : keys + object + ")";
}

}  // namespace storyteller
