#include "tests/emulation/runtime/stream.h"

#include <cuda_runtime_api.h>

#include <cstdlib>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>

#include "tests/emulation/runtime/call_log.h"
#include "tests/emulation/runtime/last_error.h"
#include "tests/emulation/runtime/machine.h"

// CUDA's own opaque type, as the emulator fills it.
struct CUstream_st {
  int device = 0;
  std::deque<emulation::Operation> waiting;
  uint64_t submitted = 0, done = 0;
  bool captured = false, invalid = false;
  std::vector<emulation::Operation> graph;
};

namespace emulation {
namespace {

struct Streams {
  std::recursive_mutex mutex;
  std::deque<CUstream_st> all{1};  // the first is the default one; ended ones stay, as events name
  int captures = 0;                // them
};

Streams& streams() {
  static auto* streams = new Streams;
  return *streams;
}

CUstream_st& resolve(cudaStream_t stream) {
  const bool is_default =
      stream == nullptr || stream == cudaStreamLegacy || stream == cudaStreamPerThread;
  return is_default ? streams().all[0] : *stream;
}

/// Ends the hopes of every capture that is under way.
cudaError_t invalidate(cudaError_t error, const std::string& why) {
  for (CUstream_st& s : streams().all) s.invalid = s.captured;
  return failed(error, why);
}

}  // namespace

bool lazy() {
  static const bool lazy = [] {
    const char* text = std::getenv("STORYTELLER_EMULATION_STREAMS");
    if (text == nullptr || std::string(text) == "eager") return false;
    if (std::string(text) == "lazy") return true;
    throw std::invalid_argument("STORYTELLER_EMULATION_STREAMS: use eager or lazy");
  }();
  return lazy;
}

cudaError_t submit(cudaStream_t stream, Operation operation) {
  const std::lock_guard lock(streams().mutex);
  CUstream_st& s = resolve(stream);
  if (s.invalid) return failed(cudaErrorStreamCaptureInvalidated, "an earlier call was refused");
  if (s.captured) {
    s.graph.push_back(std::move(operation));
    return cudaSuccess;
  }
  if (streams().captures > 0 && &s == &streams().all[0]) {
    return invalidate(cudaErrorStreamCaptureImplicit, "work for the legacy stream");
  }
  ++s.submitted;
  if (!lazy()) {
    ++s.done;
    return operation();
  }
  s.waiting.push_back(std::move(operation));
  return cudaSuccess;
}

cudaError_t drain(cudaStream_t stream, uint64_t position) {
  const std::lock_guard lock(streams().mutex);
  CUstream_st& s = resolve(stream);
  while (!s.waiting.empty() && s.done < position) {
    const Operation operation = std::move(s.waiting.front());
    s.waiting.pop_front();
    ++s.done;
    const cudaError_t result = operation();
    if (result != cudaSuccess) return result;
  }
  return cudaSuccess;
}

cudaError_t drain_all() {
  const std::lock_guard lock(streams().mutex);
  for (CUstream_st& s : streams().all) {
    const cudaError_t result = drain(&s);
    if (result != cudaSuccess) return result;
  }
  return cudaSuccess;
}

uint64_t position_of(cudaStream_t stream) { return resolve(stream).submitted; }

bool of_other_device(cudaStream_t stream) {
  const CUstream_st& s = resolve(stream);
  return &s != &streams().all[0] && s.device != current_device();
}

cudaError_t refuse_in_capture(const char* call) {
  const std::lock_guard lock(streams().mutex);
  if (streams().captures == 0) return cudaSuccess;
  return invalidate(cudaErrorStreamCaptureUnsupported, call);
}
bool captured(cudaStream_t stream) { return resolve(stream).captured; }

cudaError_t begin_capture(cudaStream_t stream) {
  CUstream_st& s = resolve(stream);
  if (&s == &streams().all[0] || s.captured) {
    return failed(cudaErrorInvalidValue, "cudaStreamBeginCapture: no stream that can be captured");
  }
  s.captured = true;
  ++streams().captures;
  return cudaSuccess;
}

cudaError_t end_capture(cudaStream_t stream, std::vector<Operation>* graph) {
  CUstream_st& s = resolve(stream);
  if (!s.captured) {
    return failed(cudaErrorInvalidValue, "cudaStreamEndCapture: nothing is captured");
  }
  s.captured = false;
  --streams().captures;
  *graph = std::exchange(s.graph, {});
  if (!std::exchange(s.invalid, false)) return cudaSuccess;
  graph->clear();
  return failed(cudaErrorStreamCaptureInvalidated, "cudaStreamEndCapture");
}

}  // namespace emulation

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  if (const cudaError_t error = emulation::scripted("cudaStreamCreateWithFlags");
      error != cudaSuccess)
    return error;
  const std::lock_guard lock(emulation::streams().mutex);
  *stream = &emulation::streams().all.emplace_back();
  (*stream)->device = emulation::current_device();
  return cudaSuccess;
}
cudaError_t cudaStreamCreate(cudaStream_t* stream) { return cudaStreamCreateWithFlags(stream, 0); }
cudaError_t cudaStreamDestroy(cudaStream_t stream) { return emulation::drain(stream); }

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  if (const cudaError_t error = emulation::scripted("cudaStreamSynchronize"); error != cudaSuccess)
    return error;
  const cudaError_t refused = emulation::refuse_in_capture("cudaStreamSynchronize");
  if (refused != cudaSuccess) return refused;
  emulation::note_call(emulation::CallKind::kWait, "");
  return emulation::drain(stream);
}
cudaError_t cudaStreamQuery(cudaStream_t stream) {
  const cudaError_t refused = emulation::refuse_in_capture("cudaStreamQuery");
  return refused == cudaSuccess ? emulation::drain(stream) : refused;
}

cudaError_t cudaDeviceSynchronize() {
  const cudaError_t refused = emulation::refuse_in_capture("cudaDeviceSynchronize");
  return refused == cudaSuccess ? emulation::drain_all() : refused;
}
