#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "kernels/cuda/devices.h"

struct CUstream_st;  // *CUstream_st is CUDA's cudaStream_t

namespace storyteller {

/// Choices that hold for all calls on a context.
struct CudaOptions {
  bool tf32 = false;              ///< float products through tensor cores, factors cut to 11 bits
  bool own_convolutions = false;  ///< the project's own kernels even where cuDNN is there
  bool own_products = false;      ///< the project's own kernels even where cuBLASLt is there
  /// After every launch its end is waited for, so that an error names the kernel that failed; set
  /// from the start by STORYTELLER_CUDA_SYNC=1. Slow, and off while a stream is captured.
  bool synchronous = false;
};

/// State of the CUDA backend on one device: a stream on which everything of it runs in order,
/// scratch, pinned staging, and the handles of cuBLASLt and cuDNN. This header names no CUDA type,
/// so that the floors above compile without the toolkit. Not thread-safe: one thread works with a
/// context at a time, whichever it is: each call makes the context's device that of its thread.
/// Every function throws CudaError when CUDA reports a failure.
class CudaContext {
 public:
  /// Why there is no usable device ("no NVIDIA driver was found ..."); empty when there is one.
  static std::string why_unavailable();

  /// Takes the first device that can be used, or the one named. Throws CudaError with
  /// CudaChoice::why when there is none.
  CudaContext();
  explicit CudaContext(int ordinal);
  ~CudaContext();
  CudaContext(const CudaContext&) = delete;
  CudaContext& operator=(const CudaContext&) = delete;

  const CudaDeviceProperties& properties() const { return properties_; }
  CUstream_st* stream() const { return stream_; }
  /// Makes the device that of the calling thread; every launch begins with it.
  void enter() const { enter_cuda_device(properties_.ordinal); }
  /// To be called after each launch on the stream: keeps `kernel` (a literal) for the message of a
  /// later failure, and waits where `options().synchronous` says so.
  void launched(const char* kernel) {
    last_launched_[launches_++ % kRemembered] = kernel;
    if (options_.synchronous) wait_for(kernel);
  }
  CudaOptions& options() { return options_; }

  /// Device memory for a pool, 256-byte aligned; null when there is no more. Its content is
  /// undefined, or NaN bytes where the environment has STORYTELLER_POISON=1, so that a read of what
  /// nobody wrote shows.
  void* allocate(size_t bytes);
  void release(void* block);

  /// Where scratch comes from and goes back to; allocate() and release() at first.
  struct ScratchSource {
    std::function<void*(size_t bytes)> allocate;  ///< throws or returns null when there is no more
    std::function<void(void* block, size_t bytes)> release;
  };
  void take_scratch_from(ScratchSource source) { scratch_source_ = std::move(source); }

  /// At least `bytes` of device memory, 256-byte aligned, content undefined, valid until the next
  /// call. Kernels on the stream may still read the previous one when it is handed out again.
  /// Throws CudaMemoryError when there is no more, or what the source throws.
  void* scratch(size_t bytes);

  /// Host to device, asynchronous: `from` may be reused on return (it went through pinned staging).
  void upload(void* to, const void* from, size_t bytes);
  /// Device to host; waits for the stream.
  void download(void* to, const void* from, size_t bytes);
  /// Device to device, asynchronous.
  void copy(void* to, const void* from, size_t bytes);
  /// Asynchronous.
  void fill_zero(void* to, size_t bytes);
  /// Waits for the stream.
  void synchronize();

  /// Handles of cuBLASLt and cuDNN, loaded at first use; see kernels/cuda/libraries.h.
  struct Libraries;
  Libraries& libraries();

 private:
  friend class CudaCapture;

  /// Throws CudaError "OP: WHAT inside a captured step" while a CudaCapture lives.
  void refuse_in_capture(const std::string& what) const;

  explicit CudaContext(const CudaChoice& choice);
  void wait_for(const char* kernel) const;
  std::string earlier_work() const;

  static constexpr size_t kRemembered = 16;
  const char* last_launched_[kRemembered] = {};
  size_t launches_ = 0;

  struct Staging;
  CudaDeviceProperties properties_;
  CUstream_st* stream_ = nullptr;
  bool capturing_ = false;
  ScratchSource scratch_source_;
  void* scratch_ = nullptr;
  size_t scratch_bytes_ = 0;
  std::unique_ptr<Staging> staging_;
  std::shared_ptr<Libraries> libraries_;  ///< shared: only libraries.cc knows how it ends
  CudaOptions options_;
};

}  // namespace storyteller
