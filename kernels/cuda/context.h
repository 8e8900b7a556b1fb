#pragma once

#include <cstddef>

struct CUstream_st;  // *CUstream_st is CUDA's cudaStream_t

namespace storyteller {

struct CudaChoice;            // of kernels/cuda/devices.h
struct CudaDeviceProperties;  // of kernels/cuda/devices.h

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
/// Every function throws CudaError when CUDA reports a failure. Each kernel's source includes this:
/// <string>, <memory> and <functional> would be half of what nvcc reads of it.
class CudaContext {
 public:
  /// Takes the first device that can be used, or the one named. Throws CudaError with
  /// CudaChoice::why when there is none.
  CudaContext();
  explicit CudaContext(int ordinal);
  ~CudaContext();
  CudaContext(const CudaContext&) = delete;
  CudaContext& operator=(const CudaContext&) = delete;

  const CudaDeviceProperties& properties() const;
  int multiprocessors() const;  ///< of properties(), for launch shapes
  CUstream_st* stream() const { return stream_; }
  /// Makes the device that of the calling thread; every launch begins with it.
  void enter() const;
  /// To be called after each launch on the stream: keeps `kernel` (a literal) for the message of a
  /// later failure, and waits where `options().synchronous` says so.
  void launched(const char* kernel);
  CudaOptions& options() { return options_; }

  /// Device memory for a pool, 256-byte aligned; null when there is no more. Its content is
  /// undefined, or NaN bytes where the environment has STORYTELLER_POISON=1, so that a read of what
  /// nobody wrote shows.
  void* allocate(size_t bytes);
  void release(void* block);

  /// Where scratch comes from and goes back to (kernels/cuda/scratch_source.h); allocate() and
  /// release() at first.
  struct ScratchSource;
  void take_scratch_from(ScratchSource source);

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

  explicit CudaContext(const CudaChoice& choice);
  /// Throws CudaError "OP: WHAT inside a captured step" while a CudaCapture lives, with a number of
  /// bytes behind WHAT where there is one.
  void refuse_in_capture(const char* what) const;
  void refuse_in_capture(const char* what, size_t bytes) const;
  void wait_for(const char* kernel) const;

  struct State;
  State* state_;  ///< owned; kernels/cuda/context_state.h
  CUstream_st* stream_ = nullptr;
  bool capturing_ = false;
  CudaOptions options_;
};

}  // namespace storyteller
