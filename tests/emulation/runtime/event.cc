// The runtime's events.
#include <cuda_runtime_api.h>

#include <chrono>

#include "tests/emulation/runtime/last_error.h"
#include "tests/emulation/runtime/machine.h"
#include "tests/emulation/runtime/stream.h"

struct CUevent_st {
  cudaStream_t stream = nullptr;
  uint64_t position = 0;  ///< in the stream; 0: not recorded yet
  bool captured = false;  ///< recorded into a graph
  std::chrono::steady_clock::time_point when;
};

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  if (const cudaError_t error = emulation::scripted("cudaEventCreateWithFlags");
      error != cudaSuccess)
    return error;
  *event = new CUevent_st;
  return cudaSuccess;
}
cudaError_t cudaEventCreate(cudaEvent_t* event) { return cudaEventCreateWithFlags(event, 0); }

cudaError_t cudaEventDestroy(cudaEvent_t event) {
  // Its record may still wait.
  const cudaError_t result = emulation::drain(event->stream, event->position);
  delete event;
  return result;
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  if (const cudaError_t error = emulation::scripted("cudaEventRecord"); error != cudaSuccess)
    return error;
  const cudaError_t result = emulation::submit(stream, [event] {
    event->when = std::chrono::steady_clock::now();
    return cudaSuccess;
  });
  event->stream = stream;
  event->position = emulation::position_of(stream);
  event->captured = emulation::captured(stream);
  return result;
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  if (const cudaError_t error = emulation::scripted("cudaEventSynchronize"); error != cudaSuccess)
    return error;
  const cudaError_t refused = emulation::refuse_in_capture("cudaEventSynchronize");
  return refused == cudaSuccess ? emulation::drain(event->stream, event->position) : refused;
}
cudaError_t cudaEventQuery(cudaEvent_t event) {
  const cudaError_t refused = emulation::refuse_in_capture("cudaEventQuery");
  return refused == cudaSuccess ? emulation::drain(event->stream, event->position) : refused;
}

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
  // A capture that goes on in a second stream is not emulated, and one cannot wait for what is no
  // part of it.
  if (event->captured != emulation::captured(stream)) {
    return emulation::failed(cudaErrorStreamCaptureIsolation, "cudaStreamWaitEvent");
  }
  return emulation::submit(stream, [from = event->stream, position = event->position] {
    return emulation::drain(from, position);
  });
}

cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t start, cudaEvent_t end) {
  *milliseconds = std::chrono::duration<float, std::milli>(end->when - start->when).count();
  return cudaSuccess;
}
