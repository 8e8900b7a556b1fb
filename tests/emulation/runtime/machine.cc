#include "tests/emulation/runtime/machine.h"

#include <cuda_runtime_api.h>

#include <cstdlib>
#include <mutex>
#include <sstream>
#include <stdexcept>

#include "tests/emulation/runtime/last_error.h"

namespace emulation {
namespace {

struct Failure {
  std::string function;
  int call = 0;  ///< 0: every one
  cudaError_t error = cudaErrorMemoryAllocation;
  int calls = 0;
};

struct Machine {
  std::vector<ShownDevice> devices{ShownDevice{}};
  int driver = CUDART_VERSION;
  std::vector<Failure> failures;
};

std::vector<std::string> parts(const std::string& text, char separator) {
  std::vector<std::string> all;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) all.push_back(part);
  return all;
}

int number(const std::string& text) {
  size_t read = 0;
  const int value = std::stoi(text, &read);
  if (read != text.size()) throw std::invalid_argument(text);
  return value;
}

ShownDevice device_of(const std::string& capability) {
  const std::vector<std::string> numbers = parts(capability, '.');
  if (numbers.size() != 2) throw std::invalid_argument(capability);
  return {number(numbers[0]), number(numbers[1]), cudaSuccess};
}

Failure failure_of(const std::string& text) {
  const std::vector<std::string> words = parts(text, ':');
  if (words.size() < 2 || words.size() > 3) throw std::invalid_argument(text);
  Failure failure = {words[0], number(words[1]), cudaErrorMemoryAllocation, 0};
  if (words.size() == 3) failure.error = static_cast<cudaError_t>(number(words[2]));
  return failure;
}

Machine read(const std::string& script) {
  Machine machine;
  std::vector<std::string> answers;
  for (const std::string& word : parts(script, ' ')) {
    const size_t equal = std::min(word.find('='), word.size());
    const std::string key = word.substr(0, equal);
    const std::vector<std::string> values =
        parts(word.substr(std::min(equal + 1, word.size())), ',');
    if (key == "DEVICES") {
      machine.devices.clear();
      for (const std::string& value : values) machine.devices.push_back(device_of(value));
    } else if (key == "KERNELS") {
      answers = values;
    } else if (key == "DRIVER" && values.size() == 1) {
      machine.driver = number(values[0]);
    } else if (key == "FAIL") {
      for (const std::string& value : values) machine.failures.push_back(failure_of(value));
    } else if (!key.empty()) {
      throw std::invalid_argument("STORYTELLER_EMULATION_MACHINE: " + word);
    }
  }
  for (size_t i = 0; i < answers.size() && i < machine.devices.size(); ++i) {
    machine.devices[i].kernels = static_cast<cudaError_t>(number(answers[i]));
  }
  return machine;
}

Machine& machine() {
  static auto* machine = [] {
    const char* script = std::getenv("STORYTELLER_EMULATION_MACHINE");
    return new Machine(read(script == nullptr ? "" : script));
  }();
  return *machine;
}

std::mutex& failures_mutex() {
  static auto* mutex = new std::mutex;
  return *mutex;
}

thread_local int current = 0;

}  // namespace

void script_machine(const std::string& script) { machine() = read(script); }

const std::vector<ShownDevice>& shown_devices() { return machine().devices; }
int shown_driver() { return machine().driver; }
int current_device() { return current; }

const ShownDevice& current_shown_device() {
  static const ShownDevice usual;
  const auto ordinal = static_cast<size_t>(current);
  return ordinal < machine().devices.size() ? machine().devices[ordinal] : usual;
}

size_t shared_memory_limit(const ShownDevice& device) {
  const bool small = device.major == 12 || (device.major == 8 && device.minor != 0);
  if (device.major < 8) return 64 << 10;
  if (small) return 99 << 10;
  return (device.major == 8 ? 163 : 227) << 10;
}

cudaError_t scripted(const char* function) {
  const std::lock_guard lock(failures_mutex());
  for (Failure& failure : machine().failures) {
    if (failure.function != function) continue;
    ++failure.calls;
    if (failure.call == 0 || failure.calls == failure.call) {
      return failed(failure.error, std::string(function) + " was told to fail");
    }
  }
  return cudaSuccess;
}

}  // namespace emulation

cudaError_t cudaGetDevice(int* device) {
  if (const cudaError_t error = emulation::scripted("cudaGetDevice"); error != cudaSuccess) {
    return error;
  }
  *device = emulation::current;
  return cudaSuccess;
}

cudaError_t cudaSetDevice(int device) {
  if (const cudaError_t error = emulation::scripted("cudaSetDevice"); error != cudaSuccess) {
    return error;
  }
  if (device < 0 || static_cast<size_t>(device) >= emulation::shown_devices().size()) {
    return emulation::failed(cudaErrorInvalidDevice,
                             "there is no device " + std::to_string(device));
  }
  emulation::current = device;
  return cudaSuccess;
}
