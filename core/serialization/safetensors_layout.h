#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace storyteller {

/// A safetensors file is: 8 bytes length of the header (little-endian), the header, the data.
inline constexpr std::size_t kLengthBytes = 8;

/// What stands in the header in place of the checksum while the checksum is computed: as many
/// digits as 64 bits have in base 16.
inline constexpr std::string_view kChecksumPlaceholder = "0000000000000000";

/// Where the 16 digits of the checksum begin inside `header`, npos where it has none in the form
/// that the writer gives it. The quotes cannot be part of a name: there they would be escaped.
std::size_t find_checksum(std::string_view header);

/// XXH3-64 (Y. Collet) over the header, with the placeholder in place, and then the data.
class SafetensorsChecksum {
 public:
  explicit SafetensorsChecksum(std::string_view header);
  ~SafetensorsChecksum();
  SafetensorsChecksum(const SafetensorsChecksum&) = delete;
  SafetensorsChecksum& operator=(const SafetensorsChecksum&) = delete;

  void update(std::span<const std::byte> data);
  /// 16 digits in base 16.
  std::string digits() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace storyteller
