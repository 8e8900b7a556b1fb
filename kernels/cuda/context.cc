#include "kernels/cuda/context.h"

#include <cuda_runtime.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

#include "kernels/cuda/check.h"
#include "kernels/cuda/context_state.h"
#include "kernels/cuda/error.h"
#include "kernels/source_op.h"

namespace storyteller {
namespace {

/// Whether the environment wants new memory to hold NaN.
bool poisoned() {
  static const bool poisoned = [] {
    const char* wanted = std::getenv("STORYTELLER_POISON");
    return wanted != nullptr && std::strcmp(wanted, "1") == 0;
  }();
  return poisoned;
}

std::string of_bytes(const char* what, size_t bytes) {
  return what + std::to_string(bytes) + " bytes";
}

[[noreturn]] void refuse(const std::string& what) {
  const std::string op = source_op;
  throw CudaError(op + (op.empty() ? "" : ": ") + what + " inside a captured step");
}

/// A kernel that fails shows when the host next waits, whichever of those before it was.
template <size_t kRemembered>
std::string earlier_work(const char* const (&last_launched)[kRemembered], size_t launches) {
  std::string text = "the GPU failed at earlier work (";
  const size_t known = std::min(launches, kRemembered);
  for (size_t i = 1; i <= known; ++i) {
    text += i == 1 ? "launched last: " : ", ";
    text += last_launched[(launches - i) % kRemembered];
  }
  if (known > 0) text += "; ";
  return text + "STORYTELLER_CUDA_SYNC=1 names the kernel)";
}

}  // namespace

/// Pinned host memory in segments, filled one after the other. A segment is used again when the
/// copies out of it have been done, which its event tells; small uploads share one, so a host that
/// is ahead of the device waits only when it is ahead by all of them.
struct CudaContext::State::Staging {
  static constexpr size_t kSegmentBytes = 1 << 20, kAlignment = 64;
  static constexpr int kSegments = 8;

  Staging() {
    check_cuda(cudaHostAlloc(&memory, kSegments * kSegmentBytes, cudaHostAllocDefault),
               "cannot allocate pinned memory");
    for (cudaEvent_t& event : left) {
      check_cuda(cudaEventCreateWithFlags(&event, cudaEventDisableTiming), "cannot make an event");
    }
  }
  ~Staging() {
    for (cudaEvent_t event : left) {
      if (event != nullptr) cudaEventDestroy(event);
    }
    if (memory != nullptr) cudaFreeHost(memory);
  }
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;

  /// Room in the segment, which is a new one when the last was full; sets `room`.
  std::byte* next(cudaStream_t stream, size_t* room) {
    if (used == kSegmentBytes) {
      check_cuda(cudaEventRecord(left[segment], stream), "cannot record an event");
      segment = (segment + 1) % kSegments;
      check_cuda(cudaEventSynchronize(left[segment]), "an earlier upload failed");
      used = 0;
    }
    *room = kSegmentBytes - used;
    return static_cast<std::byte*>(memory) + segment * kSegmentBytes + used;
  }
  void take(size_t bytes) {
    used = std::min(kSegmentBytes, used + (bytes + kAlignment - 1) / kAlignment * kAlignment);
  }

  void* memory = nullptr;
  cudaEvent_t left[kSegments] = {};  // recorded when the host went on to the next segment
  int segment = 0;
  size_t used = 0;
};

CudaContext::State::State() = default;
CudaContext::State::~State() = default;

CudaContext::CudaContext() : CudaContext(choose_cuda_device()) {}
CudaContext::CudaContext(int ordinal) : CudaContext(choose_cuda_device(ordinal)) {}

CudaContext::CudaContext(const CudaChoice& choice) : state_(nullptr) {
  if (choice.ordinal < 0) throw CudaError(choice.why);
  auto state = std::make_unique<State>();
  state->properties = read_cuda_properties(choice.ordinal);
  enter_cuda_device(choice.ordinal);
  state->scratch_source = {.allocate = [this](size_t bytes) { return allocate(bytes); },
                           .release = [this](void* block, size_t) { release(block); }};
  state->staging = std::make_unique<State::Staging>();
  check_cuda(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "cannot make a stream");
  const char* synchronous = std::getenv("STORYTELLER_CUDA_SYNC");
  options_.synchronous = synchronous != nullptr && std::string(synchronous) == "1";
  state_ = state.release();
}

CudaContext::~CudaContext() {
  const std::unique_ptr<State> state(state_);
  cudaStreamSynchronize(stream_);
  state->libraries.reset();
  state->staging.reset();
  state->scratch_source.release(state->scratch, state->scratch_bytes);
  cudaStreamDestroy(stream_);
}

const CudaDeviceProperties& CudaContext::properties() const { return state_->properties; }
int CudaContext::multiprocessors() const { return state_->properties.multiprocessors; }
void CudaContext::enter() const { enter_cuda_device(state_->properties.ordinal); }

void CudaContext::launched(const char* kernel) {
  state_->last_launched[state_->launches++ % State::kRemembered] = kernel;
  if (options_.synchronous) wait_for(kernel);
}

void CudaContext::take_scratch_from(ScratchSource source) {
  state_->scratch_source = std::move(source);
}

void CudaContext::refuse_in_capture(const char* what) const {
  if (capturing_) refuse(what);
}

void CudaContext::refuse_in_capture(const char* what, size_t bytes) const {
  if (capturing_) refuse(of_bytes(what, bytes));
}

void* CudaContext::allocate(size_t bytes) {
  refuse_in_capture("an allocation of ", bytes);
  enter();
  void* block = nullptr;
  const cudaError_t result = cudaMalloc(&block, bytes);
  if (result == cudaErrorMemoryAllocation) {
    cudaGetLastError();  // it would stick to the next call
    return nullptr;
  }
  check_cuda(result, "cannot allocate device memory");
  if (block == nullptr || !poisoned()) return block;
  // Streams of contexts do not wait for this one: the fill must be over when the block is used.
  check_cuda(cudaMemsetAsync(block, 0xFF, bytes, nullptr), "cannot fill device memory");
  check_cuda(cudaStreamSynchronize(nullptr), "cannot fill device memory");
  return block;
}

void CudaContext::release(void* block) { cudaFree(block); }

void* CudaContext::scratch(size_t bytes) {
  State& state = *state_;
  if (bytes <= state.scratch_bytes) return state.scratch;
  refuse_in_capture("scratch that grows to ", bytes);
  synchronize();  // kernels may still use the old one
  const size_t rounded = (bytes + bytes / 4 + 255) / 256 * 256;
  // Nothing is named that is no more, should the next line throw.
  state.scratch_source.release(std::exchange(state.scratch, nullptr),
                               std::exchange(state.scratch_bytes, 0));
  state.scratch = state.scratch_source.allocate(rounded);
  if (state.scratch == nullptr) {
    throw CudaMemoryError("out of the GPU's memory: " + of_bytes("", rounded) +
                          " of scratch were asked for");
  }
  state.scratch_bytes = rounded;
  return state.scratch;
}

void CudaContext::upload(void* to, const void* from, size_t bytes) {
  // A graph would keep the address in the staging, and send whatever lies there by then.
  refuse_in_capture("an upload of ", bytes);
  enter();
  auto* target = static_cast<std::byte*>(to);
  const auto* source = static_cast<const std::byte*>(from);
  while (bytes > 0) {
    size_t room = 0;
    std::byte* staged = state_->staging->next(stream_, &room);
    const size_t part = std::min(bytes, room);
    std::memcpy(staged, source, part);
    state_->staging->take(part);
    check_cuda(cudaMemcpyAsync(target, staged, part, cudaMemcpyHostToDevice, stream_), "upload");
    target += part;
    source += part;
    bytes -= part;
  }
}

void CudaContext::download(void* to, const void* from, size_t bytes) {
  refuse_in_capture("a download of ", bytes);
  enter();
  if (bytes > 0) {
    check_cuda(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, stream_), "download");
  }
  synchronize();
}

void CudaContext::copy(void* to, const void* from, size_t bytes) {
  if (bytes == 0) return;
  enter();
  check_cuda(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, stream_), "copy");
}

void CudaContext::fill_zero(void* to, size_t bytes) {
  if (bytes == 0) return;
  enter();
  check_cuda(cudaMemsetAsync(to, 0, bytes, stream_), "fill");
}

void CudaContext::synchronize() {
  refuse_in_capture("a wait for the GPU");
  enter();
  const cudaError_t result = cudaStreamSynchronize(stream_);
  if (result != cudaSuccess) {
    check_cuda(result, earlier_work(state_->last_launched, state_->launches).c_str());
  }
}

void CudaContext::wait_for(const char* kernel) const {
  cudaStreamCaptureStatus capture = cudaStreamCaptureStatusNone;
  check_cuda(cudaStreamIsCapturing(stream_, &capture), kernel);
  if (capture == cudaStreamCaptureStatusNone) check_cuda(cudaStreamSynchronize(stream_), kernel);
}

}  // namespace storyteller
