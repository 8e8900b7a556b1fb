#pragma once

#include <cstddef>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "core/text/string_hash.h"

namespace storyteller::spice {

/// Remembers what a pure function of a text gave: captions use the same few thousand words again
/// and again. Thread-safe; holds `kCapacity` entries at most, so hostile input cannot fill memory.
template <class Value>
class MemoTable {
 public:
  static constexpr size_t kCapacity = size_t{1} << 16;
  static constexpr size_t kLongestKey = 64;  // bytes; longer texts are not remembered

  /// `compute()` gives the value of `key`, always the same one.
  template <class Compute>
  Value get(std::string_view key, Compute compute) const {
    {
      const std::shared_lock lock(mutex_);
      const auto found = values_.find(key);
      if (found != values_.end()) return found->second;
    }
    Value value = compute();
    const std::unique_lock lock(mutex_);
    if (key.size() <= kLongestKey && values_.size() < kCapacity) values_.emplace(key, value);
    return value;
  }

 private:
  mutable std::shared_mutex mutex_;
  mutable std::unordered_map<std::string, Value, StringHash, std::equal_to<>> values_;
};

}  // namespace storyteller::spice
