#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include <oneapi/dnnl/dnnl.hpp>

#include "kernels/cpu/context.h"
#include "kernels/cpu/thread_count.h"

namespace storyteller {

/// A oneDNN primitive with its memory objects, made once and run with new pointers. Goes through
/// the C interface, because the C++ one allocates a map for every call.
class OneDnnPrimitive {
 public:
  struct Binding {
    int argument;  // DNNL_ARG_*
    dnnl::memory memory;
  };

  OneDnnPrimitive() = default;
  OneDnnPrimitive(dnnl::primitive primitive, std::vector<Binding> bindings);

  /// Runs on `stream`; `pointers[i]` goes with the i-th binding. Blocks until done.
  void run(const dnnl::stream& stream, const void* const* pointers, size_t count);

 private:
  dnnl::primitive primitive_;
  std::vector<Binding> bindings_;
  std::vector<dnnl_exec_arg_t> arguments_;
};

/// What distinguishes one cached primitive from another: an operation and its sizes.
struct OneDnnKey {
  std::array<int64_t, 20> words = {};
  bool operator==(const OneDnnKey&) const = default;
};
struct OneDnnKeyHash {
  size_t operator()(const OneDnnKey& key) const {
    uint64_t hash = 0xCBF29CE484222325U;  // FNV-1a over words
    for (int64_t word : key.words) hash = (hash ^ static_cast<uint64_t>(word)) * 0x100000001B3U;
    return hash ^ hash >> 29;
  }
};

struct CpuContext::OneDnn {
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  std::unordered_map<OneDnnKey, OneDnnPrimitive, OneDnnKeyHash> primitives;
  std::unordered_map<OneDnnKey, dnnl::memory::desc, OneDnnKeyHash> layouts;

  /// The primitive for `key`, made by `make` at first use (0.1-1 ms; a hit costs well below 1 us).
  template <class Make>
  OneDnnPrimitive& primitive(const OneDnnKey& key, Make&& make) {
    settle_thread_count();
    if (auto found = primitives.find(key); found != primitives.end()) return found->second;
    require_room_for_code();
    return primitives.emplace(key, make()).first->second;
  }

  /// Throws std::bad_alloc where the code of a primitive might find no memory: oneDNN does not look
  /// whether it did, and writes to nowhere.
  static void require_room_for_code();
};

}  // namespace storyteller
