#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/serialization/pickle.h"
#include "core/serialization/pickle_input.h"

namespace storyteller {

/// What the opcodes of a pickle work on: values, the stack, its marks and the memo. Each operation
/// makes at most one value and moves the others it takes, so time and memory grow with the bytes
/// read, whatever they say; nothing recurses. What does not fit is a ModelError by `input`.
class PickleStack {
 public:
  explicit PickleStack(const PickleInput& input) : input_(input) {}

  std::uint32_t make(PickleValue value);
  void push(std::uint32_t index);
  void push_new(PickleValue value) { push(make(std::move(value))); }
  void push_items(PickleValue::Kind kind, std::vector<std::uint32_t> items) {
    push_new({.kind = kind, .integer = 0, .text = {}, .items = std::move(items)});
  }

  void mark();
  /// What lies below the last mark is out of reach.
  std::uint32_t pop();
  /// The values since the last mark, which goes too.
  std::vector<std::uint32_t> pop_to_mark();
  void duplicate();

  /// Puts `items` into the container on top, which stays. What a call makes is a list, a dictionary
  /// or a set as soon as values are put into it.
  void extend(PickleValue::Kind kind, const std::vector<std::uint32_t>& items);
  /// Gives what is on top its state. That of a call is kept; attributes of a container
  /// (`_metadata`) say nothing about tensors.
  void build(std::uint32_t state);

  std::uint32_t make_global(std::string_view module, std::string_view name);
  /// What calling `callee` would make, whatever it is; of the dictionaries of the standard library
  /// it is known what that is.
  void call(std::uint32_t callee, std::uint32_t arguments);

  void put(std::uint64_t key);
  void put_next() { put(memo_.size()); }
  void get(std::uint64_t key);

  const PickleValue& operator[](std::uint32_t index) const { return pickle_.values[index]; }
  /// The last value left is the root.
  Pickle finish();

 private:
  PickleValue& top();
  std::vector<std::uint32_t> pairs_of(const PickleValue& arguments);

  const PickleInput& input_;
  Pickle pickle_;
  std::size_t copied_ = 0;  // pairs: a list of them may be used any number of times
  std::vector<std::uint32_t> stack_;
  std::vector<std::size_t> marks_;  // heights of the stack
  std::unordered_map<std::uint64_t, std::uint32_t> memo_;
};

}  // namespace storyteller
