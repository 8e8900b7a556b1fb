#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdint>

#include "model/image/encode.h"

namespace storyteller {
namespace {

constexpr std::size_t kHeadBytes = 4096;
constexpr std::string_view kSignature = "\x89PNG\r\n\x1a\n";

/// Up to kHeadBytes from the front of a file; none where it cannot be read.
std::string head_of(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (file < 0) return {};
  std::array<char, kHeadBytes> head;
  const ssize_t got = ::read(file, head.data(), head.size());
  ::close(file);
  return {head.data(), static_cast<std::size_t>(got < 0 ? 0 : got)};
}

std::uint32_t big_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char byte : bytes.substr(0, 4)) value = value << 8U | static_cast<unsigned char>(byte);
  return value;
}

}  // namespace

std::string read_png_text(const std::filesystem::path& path, std::string_view keyword) {
  const std::string head = head_of(path);
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
