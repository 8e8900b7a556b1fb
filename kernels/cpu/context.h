#pragma once

#include <cstddef>
#include <memory>

namespace storyteller {

/// State of the CPU backend: cached oneDNN primitives and a scratch buffer. Kernels of one context
/// run one after the other; a second thread that computes needs a context of its own.
class CpuContext {
 public:
  CpuContext();
  ~CpuContext();
  CpuContext(const CpuContext&) = delete;
  CpuContext& operator=(const CpuContext&) = delete;

  /// At least `bytes` of 64-byte aligned scratch, content undefined, valid until the next call.
  /// Throws std::bad_alloc.
  void* scratch(size_t bytes);

  struct OneDnn;
  OneDnn& onednn() { return *onednn_; }

 private:
  std::unique_ptr<OneDnn> onednn_;
  void* scratch_ = nullptr;
  size_t scratch_bytes_ = 0;
};

}  // namespace storyteller
