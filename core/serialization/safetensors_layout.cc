#include "core/serialization/safetensors_layout.h"

#include <xxhash.h>

#include <new>

#include "core/serialization/safetensors_header.h"
#include "core/text/hex.h"

namespace storyteller {

std::size_t find_checksum(std::string_view header) {
  const std::string before = "\"" + std::string(kChecksumKey) + "\":\"";
  const std::size_t at = header.find(before);
  if (at == std::string_view::npos) return at;
  const std::size_t digits = at + before.size();
  return digits + kChecksumPlaceholder.size() < header.size() ? digits : std::string_view::npos;
}

struct SafetensorsChecksum::State {
  XXH3_state_t* hash = XXH3_createState();
  State() {
    if (hash == nullptr) throw std::bad_alloc();
  }
  ~State() { XXH3_freeState(hash); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
};

SafetensorsChecksum::SafetensorsChecksum(std::string_view header)
    : state_(std::make_unique<State>()) {
  XXH3_64bits_reset(state_->hash);
  const std::size_t at = find_checksum(header);
  const std::size_t split = at == std::string_view::npos ? header.size() : at;
  update(std::as_bytes(std::span(header.substr(0, split))));
  if (split == header.size()) return;
  update(std::as_bytes(std::span(kChecksumPlaceholder)));
  update(std::as_bytes(std::span(header.substr(split + kChecksumPlaceholder.size()))));
}

SafetensorsChecksum::~SafetensorsChecksum() = default;

void SafetensorsChecksum::update(std::span<const std::byte> data) {
  XXH3_64bits_update(state_->hash, data.data(), data.size());
}

std::string SafetensorsChecksum::digits() const {
  return hex(XXH3_64bits_digest(state_->hash), kChecksumPlaceholder.size());
}

}  // namespace storyteller
