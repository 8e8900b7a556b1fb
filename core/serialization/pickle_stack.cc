#include "core/serialization/pickle_stack.h"

#include <string>
#include <utility>

namespace storyteller {

using Kind = PickleValue::Kind;

std::uint32_t PickleStack::make(PickleValue value) {
  if (pickle_.values.size() == kMaxPickleValues) {
    input_.refuse("more than " + std::to_string(kMaxPickleValues) + " values" + PickleInput::kFix);
  }
  pickle_.values.push_back(std::move(value));
  return static_cast<std::uint32_t>(pickle_.values.size() - 1);
}

void PickleStack::push(std::uint32_t index) {
  if (stack_.size() == kMaxPickleValues) input_.refuse("too many values on its stack");
  stack_.push_back(index);
}

void PickleStack::mark() {
  if (marks_.size() == kMaxPickleValues) input_.refuse("too many marks on its stack");
  marks_.push_back(stack_.size());
}

std::uint32_t PickleStack::pop() {
  if (stack_.size() <= (marks_.empty() ? 0 : marks_.back())) input_.refuse("its stack is empty");
  const std::uint32_t top = stack_.back();
  stack_.pop_back();
  return top;
}

std::vector<std::uint32_t> PickleStack::pop_to_mark() {
  if (marks_.empty()) input_.refuse("it has no mark");
  const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
  std::vector<std::uint32_t> items(begin, stack_.end());
  stack_.erase(begin, stack_.end());
  marks_.pop_back();
  return items;
}

void PickleStack::duplicate() {
  const std::uint32_t value = pop();
  push(value);
  push(value);
}

PickleValue& PickleStack::top() {
  const std::uint32_t index = pop();
  stack_.push_back(index);
  return pickle_.values[index];
}

void PickleStack::extend(Kind kind, const std::vector<std::uint32_t>& items) {
  PickleValue& target = top();
  if (kind == Kind::kDict && items.size() % 2 != 0) input_.refuse("a key without a value");
  if (target.kind == Kind::kCall) {
    target.kind = kind;
    target.items.clear();
  }
  if (target.kind != kind) {
    // A list or dictionary of a class that is both keeps what came first.
    if (target.kind == Kind::kList || target.kind == Kind::kDict) return;
    input_.refuse("a value of the wrong kind is on top");
  }
  target.items.insert(target.items.end(), items.begin(), items.end());
}

void PickleStack::build(std::uint32_t state) {
  PickleValue& target = top();
  if (target.kind != Kind::kCall) return;
  if (target.items.size() > 2) input_.refuse("it gives an object its state twice");
  target.items.push_back(state);
}

std::uint32_t PickleStack::make_global(std::string_view module, std::string_view name) {
  constexpr std::size_t kLongest = 256;
  const std::string full =
      std::string(module.substr(0, kLongest)) + "." + std::string(name.substr(0, kLongest));
  auto at = pickle_.globals.find(full);
  if (at == pickle_.globals.end()) {
    if (pickle_.globals.size() == kMaxPickleGlobals) input_.refuse("it asks for too many globals");
    at = pickle_.globals.insert(full).first;
  }
  return make({.kind = Kind::kGlobal, .integer = 0, .text = *at, .items = {}});
}

/// Of OrderedDict's arguments, which Python 2 writes: one list of [key, value].
std::vector<std::uint32_t> PickleStack::pairs_of(const PickleValue& arguments) {
  std::vector<std::uint32_t> items;
  if (arguments.items.empty()) return items;
  const PickleValue& pairs = pickle_.values[arguments.items.front()];
  if (arguments.items.size() > 1 || pairs.kind != Kind::kList) {
    input_.refuse("a dictionary of no pairs");
  }
  for (const std::uint32_t pair : pairs.items) {
    const PickleValue& one = pickle_.values[pair];
    const bool sequence = one.kind == Kind::kList || one.kind == Kind::kTuple;
    if (!sequence || one.items.size() != 2) input_.refuse("a dictionary of no pairs");
    items.insert(items.end(), one.items.begin(), one.items.end());
    if (++copied_ > kMaxPickleValues) input_.refuse("dictionaries of too many pairs");
  }
  return items;
}

void PickleStack::call(std::uint32_t callee, std::uint32_t arguments) {
  const PickleValue &what = pickle_.values[callee], &with = pickle_.values[arguments];
  const bool global = what.kind == Kind::kGlobal;
  if (!global && what.kind != Kind::kCall) input_.refuse("it calls what cannot be called");
  if (with.kind != Kind::kTuple) input_.refuse("it calls something without a tuple of arguments");
  if (global && what.text == kOrderedDict) return push_items(Kind::kDict, pairs_of(with));
  if (global && what.text == "collections.defaultdict") return push_items(Kind::kDict, {});
  push_items(Kind::kCall, {callee, arguments});
}

void PickleStack::put(std::uint64_t key) {
  if (memo_.size() == kMaxPickleValues) input_.refuse("it remembers too many values");
  const std::uint32_t value = pop();
  stack_.push_back(value);
  memo_[key] = value;
}

void PickleStack::get(std::uint64_t key) {
  const auto found = memo_.find(key);
  if (found == memo_.end()) input_.refuse("it refers to a value that it did not remember");
  push(found->second);
}

Pickle PickleStack::finish() {
  pickle_.root = pop();
  if (!stack_.empty() || !marks_.empty()) input_.refuse("values are left over at its end");
  pickle_.bytes = input_.at();
  return std::move(pickle_);
}

}  // namespace storyteller
