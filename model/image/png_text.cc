#include <cstdint>

#include "core/system/file_head.h"
#include "model/image/encode.h"

namespace storyteller {
namespace {

constexpr std::string_view kSignature = "\x89PNG\r\n\x1a\n";

std::uint32_t big_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char byte : bytes.substr(0, 4)) value = value << 8U | static_cast<unsigned char>(byte);
  return value;
}

}  // namespace

std::string read_png_text(const std::filesystem::path& path, std::string_view keyword) {
  const std::string head = file_head(path);
  std::string_view rest = head;
  if (!rest.starts_with(kSignature)) return {};
  rest.remove_prefix(kSignature.size());
  // Of a chunk: length, type, data, checksum.
  constexpr std::size_t kFrame = 12;
  while (rest.size() >= kFrame) {
    const std::uint32_t length = big_endian(rest);
    const std::string_view type = rest.substr(4, 4);
    if (length > rest.size() - kFrame || type == "IDAT") return {};
    const std::string_view data = rest.substr(8, length);
    const bool wanted = type == "tEXt" && data.starts_with(keyword) &&
                        data.size() > keyword.size() && data[keyword.size()] == '\0';
    if (wanted) return std::string(data.substr(keyword.size() + 1));
    rest.remove_prefix(kFrame + length);
  }
  return {};
}

}  // namespace storyteller
