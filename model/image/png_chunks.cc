#include "model/image/png_chunks.h"

#include <algorithm>

#include <png.h>

namespace storyteller {
namespace {

constexpr std::string_view kSignature = "\x89PNG\r\n\x1a\n";
constexpr std::size_t kLengthAndTypeBytes = 8;  // length and type
constexpr std::size_t kChecksumBytes = 4;

}  // namespace

PngChunks::PngChunks(std::string_view file) {
  if (file.starts_with(kSignature)) rest_ = file.substr(kSignature.size());
}

std::optional<PngChunk> PngChunks::next() {
  if (rest_.size() < kLengthAndTypeBytes) return std::nullopt;
  const std::size_t length = png_get_uint_32(reinterpret_cast<const png_byte*>(rest_.data()));
  const std::string_view type = rest_.substr(kLengthAndTypeBytes - 4, 4);
  rest_.remove_prefix(kLengthAndTypeBytes);
  if (length > rest_.size()) {
    rest_ = {};
    return std::nullopt;
  }
  const PngChunk chunk{.type = type, .data = rest_.substr(0, length)};
  rest_.remove_prefix(std::min(length + kChecksumBytes, rest_.size()));
  return chunk;
}

}  // namespace storyteller
