#include "kernels/cpu/context.h"

#include <sys/mman.h>

#include <cstdlib>
#include <new>
#include <utility>

#include "kernels/cpu/onednn.h"

namespace storyteller {

void CpuContext::OneDnn::require_room_for_code() {
  constexpr size_t kRoom = size_t{16} << 20;  // many times what any one takes
  void* room = ::mmap(nullptr, kRoom, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) throw std::bad_alloc();
  ::munmap(room, kRoom);
}

CpuContext::CpuContext() : onednn_(std::make_unique<OneDnn>()) {}

CpuContext::~CpuContext() { std::free(scratch_); }

void* CpuContext::scratch(size_t bytes) {
  if (bytes > scratch_bytes_) {
    const size_t rounded = (bytes + bytes / 4 + 63) / 64 * 64;
    std::free(scratch_);
    scratch_ = std::aligned_alloc(64, rounded);
    scratch_bytes_ = scratch_ == nullptr ? 0 : rounded;
    if (scratch_ == nullptr) throw std::bad_alloc();
  }
  return scratch_;
}

OneDnnPrimitive::OneDnnPrimitive(dnnl::primitive primitive, std::vector<Binding> bindings)
    : primitive_(std::move(primitive)), bindings_(std::move(bindings)) {
  for (const Binding& binding : bindings_) {
    arguments_.push_back({binding.argument, binding.memory.get()});
  }
}

void OneDnnPrimitive::run(const dnnl::stream& stream, const void* const* pointers, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    dnnl::error::wrap_c_api(
        dnnl_memory_set_data_handle(arguments_[i].memory, const_cast<void*>(pointers[i])),
        "oneDNN: cannot set a memory handle");
  }
  dnnl::error::wrap_c_api(
      dnnl_primitive_execute(primitive_.get(), stream.get(), static_cast<int>(arguments_.size()),
                             arguments_.data()),
      "oneDNN: a primitive failed");
  dnnl::error::wrap_c_api(dnnl_stream_wait(stream.get()), "oneDNN: waiting failed");
}

}  // namespace storyteller
