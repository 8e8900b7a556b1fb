#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

struct CUstream_st;  // *CUstream_st is CUDA's cudaStream_t

namespace storyteller {

/// What the device is, for `doctor`, for reports and for choosing launch shapes.
struct CudaDeviceProperties {
  std::string name;
  int major = 0, minor = 0;  ///< compute capability
  int multiprocessors = 0;
  size_t memory_bytes = 0;
  size_t l2_bytes = 0;
  size_t most_shared_bytes = 0;  ///< dynamic shared memory that a block can be given, opted in
  int driver_version = 0, runtime_version = 0;  ///< as CUDA writes them: 13000 is 13.0
};

/// Choices that hold for all calls on a context.
struct CudaOptions {
  bool tf32 = false;              ///< float products through tensor cores, factors cut to 11 bits
  bool own_convolutions = false;  ///< the project's own kernels even where cuDNN is there
};

/// State of the CUDA backend on one device: a stream on which everything of it runs in order,
/// scratch, pinned staging, and the handles of cuBLASLt and cuDNN. This header names no CUDA type,
/// so that the floors above compile without the toolkit. Not thread-safe: one thread works with a
/// context at a time. Every function throws CudaError when CUDA reports a failure.
class CudaContext {
 public:
  /// Why there is no usable device ("no NVIDIA driver was found ..."); empty when there is one.
  static std::string why_unavailable();

  /// Takes the first device. Throws CudaError with why_unavailable() when there is none.
  CudaContext();
  ~CudaContext();
  CudaContext(const CudaContext&) = delete;
  CudaContext& operator=(const CudaContext&) = delete;

  const CudaDeviceProperties& properties() const { return properties_; }
  CUstream_st* stream() const { return stream_; }
  CudaOptions& options() { return options_; }

  /// Device memory for a pool, 256-byte aligned and filled with NaN bytes; null when there is no
  /// more.
  static void* allocate(size_t bytes);
  static void release(void* block);

  /// At least `bytes` of device memory, 256-byte aligned, content undefined, valid until the next
  /// call. Kernels on the stream may still read the previous one when it is handed out again.
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
  struct Staging;
  CudaDeviceProperties properties_;
  CUstream_st* stream_ = nullptr;
  void* scratch_ = nullptr;
  size_t scratch_bytes_ = 0;
  std::unique_ptr<Staging> staging_;
  std::shared_ptr<Libraries> libraries_;  ///< shared: only libraries.cc knows how it ends
  CudaOptions options_;
};

}  // namespace storyteller
