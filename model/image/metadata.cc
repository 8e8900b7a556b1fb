#include "model/image/metadata.h"

#include <algorithm>
#include <cctype>
#include <cstdint>

namespace storyteller {
namespace {

using namespace std::string_view_literals;

constexpr auto kExifHeader = "Exif\0"sv;  // and one byte more, 0 but for some writers
constexpr auto kXmpHeader = "http://ns.adobe.com/xap/1.0/\0"sv;
constexpr std::size_t kEntryBytes = 12;
constexpr std::uint32_t kOrientationTag = 0x0112;

/// Integers of either byte order; past the end everything is zero.
class TiffReader {
 public:
  explicit TiffReader(std::string_view bytes)
      : bytes_(bytes), little_(byte(0) == 'I' && byte(1) == 'I') {}

  bool valid() const { return (little_ || (byte(0) == 'M' && byte(1) == 'M')) && u16(2) == 42; }
  std::uint32_t byte(std::size_t at) const {
    return at < bytes_.size() ? static_cast<unsigned char>(bytes_[at]) : 0;
  }
  std::uint32_t u16(std::size_t at) const {
    return little_ ? byte(at) | byte(at + 1) << 8 : byte(at) << 8 | byte(at + 1);
  }
  std::uint32_t u32(std::size_t at) const {
    return little_ ? u16(at) | u16(at + 2) << 16 : u16(at) << 16 | u16(at + 2);
  }

 private:
  std::string_view bytes_;
  bool little_;
};

bool is_orientation(std::uint32_t value) { return value >= 1 && value <= 8; }

/// The first value of an entry of an integer type (TIFF 6.0, section 2, and BigTIFF); 0 for others.
std::uint32_t first_value(const TiffReader& reader, std::size_t entry) {
  const std::uint32_t type = reader.u16(entry + 2);
  const std::uint32_t count = reader.u32(entry + 4);
  const bool one_byte = type == 1 || type == 6 || type == 7;
  const bool two_bytes = type == 3 || type == 8;
  const bool four_bytes = type == 4 || type == 9 || type == 13;
  if (!one_byte && !two_bytes && !four_bytes) return 0;
  const std::uint32_t fits = one_byte ? 4 : two_bytes ? 2 : 1;
  const std::size_t at = count > fits ? reader.u32(entry + 8) : entry + 8;
  if (one_byte) return reader.byte(at);
  const std::uint32_t whole = four_bytes ? reader.u32(at) : 0;
  return is_orientation(whole) ? whole : reader.u16(at);  // a short under the name of a long
}

}  // namespace

int exif_orientation(std::string_view tiff) {
  const TiffReader reader(tiff);
  if (!reader.valid()) return 0;
  const std::size_t directory = reader.u32(4);
  const std::uint32_t entries = reader.u16(directory);
  for (std::uint32_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + i * kEntryBytes;
    if (entry >= tiff.size()) break;
    if (reader.u16(entry) != kOrientationTag) continue;
    const std::uint32_t value = first_value(reader, entry);
    if (is_orientation(value)) return static_cast<int>(value);
  }
  return 0;
}

int xmp_orientation(std::string_view packet) {
  constexpr auto kName = "tiff:Orientation"sv;
  for (std::size_t at = packet.find(kName); at != std::string_view::npos;
       at = packet.find(kName, at + 1)) {
    std::size_t value = at + kName.size();
    while (value < packet.size() && " \t\r\n=\"'>"sv.find(packet[value]) != std::string_view::npos)
      ++value;
    const bool alone = value + 1 >= packet.size() ||
                       std::isdigit(static_cast<unsigned char>(packet[value + 1])) == 0;
    if (value > at + kName.size() && value < packet.size() && alone && packet[value] >= '1' &&
        packet[value] <= '8') {
      return packet[value] - '0';
    }
  }
  return 0;
}

int orientation_of(const PictureMetadata& metadata) {
  std::string joined;  // a block longer than 64 KiB is cut into several
  for (const std::string& block : metadata.exif) {
    if (const int orientation = exif_orientation(block); orientation != 0) return orientation;
    joined += block;
  }
  if (const int orientation = exif_orientation(joined); orientation != 0) return orientation;
  for (const std::string& packet : metadata.xmp) {
    if (const int orientation = xmp_orientation(packet); orientation != 0) return orientation;
  }
  return 1;
}

std::string_view without_exif_header(std::string_view block) {
  if (block.starts_with(kExifHeader)) {
    block.remove_prefix(std::min(kExifHeader.size() + 1, block.size()));
  }
  return block;
}

std::string raw_profile(std::string_view text) {
  const auto word = [&] {
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text[0])) != 0) {
      text.remove_prefix(1);
    }
    const std::size_t end = std::min(text.find_first_of(" \t\r\n"), text.size());
    const std::string_view found = text.substr(0, end);
    text.remove_prefix(end);
    return found;
  };
  word();  // the name
  word();  // the length
  std::string bytes;
  int high = -1;
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (std::isspace(u) != 0) continue;
    if (std::isxdigit(u) == 0) break;
    const int digit = std::isdigit(u) != 0 ? u - '0' : std::tolower(u) - 'a' + 10;
    if (high >= 0) bytes += static_cast<char>(high << 4 | digit);
    high = high >= 0 ? -1 : digit;
  }
  return bytes;
}

void add_app1(std::string_view payload, PictureMetadata* metadata) {
  if (payload.starts_with(kExifHeader)) {
    metadata->exif.emplace_back(without_exif_header(payload));
  } else if (payload.starts_with(kXmpHeader)) {
    metadata->xmp.emplace_back(payload.substr(kXmpHeader.size()));
  }
}

}  // namespace storyteller
