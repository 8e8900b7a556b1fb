#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "tests/emulation/stubs/entry.h"

namespace stubs {

/// The objects of one kind that were created and not destroyed. `Opaque` is the library's pointer.
template <class Object, class Opaque>
class Living {
 public:
  explicit Living(const char* kind) : kind_(kind) {}

  void create(Opaque* made, Object object) {
    demand(made != nullptr, "nowhere to put what is created");
    const std::lock_guard lock(mutex_);
    auto owned = std::make_unique<Object>(std::move(object));
    *made = reinterpret_cast<Opaque>(owned.get());
    all_.emplace(*made, std::move(owned));
  }
  void destroy(Opaque object) {
    const std::lock_guard lock(mutex_);
    demand(all_.erase(object) == 1, std::string("destroys what is no ") + kind_);
  }
  Object& at(Opaque object) const {
    const std::lock_guard lock(mutex_);
    const auto found = all_.find(object);
    demand(found != all_.end(), std::string("not a ") + kind_);
    return *found->second;
  }
  size_t count() const { return all_.size(); }
  /// The first other object that fits, or null.
  template <class F>
  const Object* other(Opaque than, const F& fits) const {
    const std::lock_guard lock(mutex_);
    for (const auto& [opaque, object] : all_) {
      if (opaque != than && fits(*object)) return object.get();
    }
    return nullptr;
  }
  void demand_none() const {
    demand(all_.empty(), std::to_string(all_.size()) + " times a " + kind_ + " was not destroyed");
  }

 private:
  const char* kind_;
  mutable std::mutex mutex_;
  std::unordered_map<Opaque, std::unique_ptr<Object>> all_;
};

}  // namespace stubs
