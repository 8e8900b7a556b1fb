#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace storyteller {

/// RFC 4648, with padding, in one line.
std::string base64(std::span<const std::byte> bytes);
std::string base64(std::string_view bytes);

/// The bytes back; nothing where `text` is not base64 of whole bytes.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace storyteller
