#include "tools/apps/shared/file_facts.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/text/ascii.h"
#include "core/text/utf8.h"
#include "model/image/jpeg_layout.h"
#include "model/image/metadata.h"
#include "model/image/png_chunks.h"
#include "model/image/resize.h"

namespace storyteller {
namespace {

using namespace std::string_view_literals;

/// More than any person types; the rest of a hostile list is left out.
constexpr size_t kMostKeywords = 200, kLongestKeyword = 200;

std::uint32_t byte_at(std::string_view bytes, size_t at) {
  return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0;
}

/// Integers of a TIFF block; 0 beyond its end.
struct Tiff {
  std::string_view bytes;
  bool little = bytes.starts_with("II");

  std::uint32_t u16(size_t at) const {
    const std::uint32_t a = byte_at(bytes, at), b = byte_at(bytes, at + 1);
    return little ? a | b << 8 : a << 8 | b;
  }
  std::uint32_t u32(size_t at) const {
    return little ? u16(at) | u16(at + 2) << 16 : u16(at) << 16 | u16(at + 2);
  }
  /// Where the value of an entry of a directory stands that fits into it, or is pointed at.
  std::optional<size_t> entry(size_t directory, std::uint32_t tag) const {
    const std::uint32_t count = u16(directory);
    for (std::uint32_t i = 0; i < count; ++i) {
      const size_t at = directory + 2 + size_t{12} * i;
      if (at + 12 > bytes.size()) return std::nullopt;
      if (u16(at) == tag) return at;
    }
    return std::nullopt;
  }
  std::string_view text(size_t entry) const {
    const std::uint32_t count = u32(entry + 4);
    const size_t at = count > 4 ? u32(entry + 8) : entry + 8;
    if (u16(entry + 2) != 2 || at >= bytes.size()) return "";
    return bytes.substr(at, std::min<size_t>(count, bytes.size() - at));
  }
};

/// "2019:05:03 10:00:00" -> "2019-05-03T10:00:00"; "" for what is no time.
std::string iso_time(std::string_view text) {
  constexpr auto kForm = "dddd:dd:dd dd:dd:dd"sv;
  if (text.size() < kForm.size()) return "";
  std::string out(text.substr(0, kForm.size()));
  for (size_t i = 0; i < kForm.size(); ++i) {
    const bool digit = out[i] >= '0' && out[i] <= '9';
    if (kForm[i] == 'd' ? !digit : out[i] != kForm[i] && !(out[i] == '-' && i < 10)) return "";
  }
  const auto number = [&](size_t at) { return (out[at] - '0') * 10 + (out[at + 1] - '0'); };
  const bool date = number(5) >= 1 && number(5) <= 12 && number(8) >= 1 && number(8) <= 31;
  if (!date || number(11) > 23 || number(14) > 59 || number(17) > 60 || out < "1826") return "";
  out[4] = out[7] = '-';
  out[10] = 'T';
  return out;
}

std::string without_entities(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, char>, 5> kEntities = {
      {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}}};
  std::string out;
  while (!text.empty()) {
    const auto* entity = std::find_if(kEntities.begin(), kEntities.end(),
                                      [&](const auto& e) { return text.starts_with(e.first); });
    if (entity == kEntities.end()) {
      out += text.front();
      text.remove_prefix(1);
    } else {
      out += entity->second;
      text.remove_prefix(entity->first.size());
    }
  }
  return out;
}

void add_keyword(std::string_view raw, std::vector<std::string>& keywords) {
  std::string keyword = replace_invalid_utf8(trimmed(raw, kAsciiBlanks));
  for (char& c : keyword) {
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  if (keyword.empty() || keyword.size() > kLongestKeyword || keywords.size() >= kMostKeywords) {
    return;
  }
  if (std::find(keywords.begin(), keywords.end(), keyword) == keywords.end()) {
    keywords.push_back(std::move(keyword));
  }
}

void add_keywords(const std::vector<std::string>& from, std::vector<std::string>& keywords) {
  for (const std::string& keyword : from) add_keyword(keyword, keywords);
}

void read_metadata(const PictureMetadata& metadata, FileFacts& facts) {
  facts.orientation = orientation_of(metadata);
  for (const std::string& block : metadata.exif) {
    if (facts.taken.empty()) facts.taken = exif_taken(block);
  }
  for (const std::string& packet : metadata.xmp) {
    add_keywords(xmp_keywords(packet), facts.keywords);
  }
}

/// What the layout of a JPEG leaves out: its size, and IPTC.
void read_segments(std::string_view file, FileFacts& facts) {
  for (size_t at = 2; at + 9 < file.size() && byte_at(file, at) == 0xff;) {
    const std::uint32_t marker = byte_at(file, at + 1);
    if (marker == 0xff) {
      ++at;
      continue;
    }
    if (marker == 0xda || marker == 0xd9) return;
    const size_t length = byte_at(file, at + 2) << 8 | byte_at(file, at + 3);
    const bool frame =
        marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    if (frame) {
      facts.height = static_cast<int>(byte_at(file, at + 5) << 8 | byte_at(file, at + 6));
      facts.width = static_cast<int>(byte_at(file, at + 7) << 8 | byte_at(file, at + 8));
    } else if (marker == 0xed && length > 2) {
      add_keywords(iptc_keywords(file.substr(at + 4, length - 2)), facts.keywords);
    }
    at += 2 + length;
  }
}

void read_chunks(std::string_view file, FileFacts& facts) {
  constexpr auto kXmp = "XML:com.adobe.xmp\0\0\0"sv;  // not compressed
  PictureMetadata metadata;
  PngChunks chunks(file);
  while (const auto chunk = chunks.next()) {
    if (chunk->type == "IHDR" && chunk->data.size() >= 8) {
      const Tiff big{.bytes = chunk->data, .little = false};
      facts.width = static_cast<int>(big.u32(0));
      facts.height = static_cast<int>(big.u32(4));
    } else if (chunk->type == "eXIf") {
      metadata.exif.emplace_back(without_exif_header(chunk->data));
    } else if (chunk->type == "iTXt" && chunk->data.starts_with(kXmp)) {
      metadata.xmp.emplace_back(chunk->data.substr(kXmp.size()));
    }
  }
  read_metadata(metadata, facts);
}

}  // namespace

std::string exif_taken(std::string_view tiff) {
  if (!tiff.starts_with("II") && !tiff.starts_with("MM")) return "";
  const Tiff block{.bytes = tiff};
  const size_t first = block.u32(4);
  if (const auto pointer = block.entry(first, 0x8769)) {  // the Exif directory
    if (const auto original = block.entry(block.u32(*pointer + 8), 0x9003)) {
      const std::string time = iso_time(block.text(*original));
      if (!time.empty()) return time;
    }
  }
  const auto changed = block.entry(first, 0x0132);
  return changed ? iso_time(block.text(*changed)) : "";
}

std::vector<std::string> xmp_keywords(std::string_view packet) {
  std::vector<std::string> keywords;
  const size_t begin = packet.find("<dc:subject");
  const size_t end = packet.find("</dc:subject>", begin);
  if (begin == std::string_view::npos || end == std::string_view::npos) return keywords;
  std::string_view list = packet.substr(begin, end - begin);
  for (size_t at = list.find("<rdf:li"); at != std::string_view::npos;
       at = list.find("<rdf:li", at)) {
    const size_t open = list.find('>', at);
    const size_t close = list.find("</rdf:li>", at);
    if (open == std::string_view::npos || close == std::string_view::npos) break;
    if (open < close) {
      add_keyword(without_entities(list.substr(open + 1, close - open - 1)), keywords);
    }
    at = close;
  }
  return keywords;
}

std::vector<std::string> iptc_keywords(std::string_view app13) {
  std::vector<std::string> keywords;
  for (size_t at = app13.find("8BIM\x04\x04"sv); at != std::string_view::npos;) {
    // A resource: name (a Pascal string, padded to even), size, data (padded to even).
    const size_t name = byte_at(app13, at + 6);
    size_t data = at + 6 + (name + 2) / 2 * 2 + 4;
    const size_t size = byte_at(app13, data - 2) << 8 | byte_at(app13, data - 1);
    const size_t end = std::min(data + size, app13.size());
    while (data + 5 <= end && byte_at(app13, data) == 0x1c) {
      const size_t length = byte_at(app13, data + 3) << 8 | byte_at(app13, data + 4);
      if (length > end - data - 5) break;  // an extended or damaged dataset
      if (byte_at(app13, data + 1) == 2 && byte_at(app13, data + 2) == 25) {
        add_keyword(app13.substr(data + 5, length), keywords);
      }
      data += 5 + length;
    }
    at = app13.find("8BIM\x04\x04"sv, at + 6);
  }
  return keywords;
}

FileFacts file_facts(std::span<const std::byte> bytes) {
  FileFacts facts;
  const std::string_view file(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (file.starts_with("\xff\xd8")) {
    read_metadata(jpeg_layout(bytes).metadata, facts);
    read_segments(file, facts);
  } else {
    read_chunks(file, facts);
  }
  return facts;
}

std::uint64_t difference_hash(const Image& image) {
  const Image small = resize(image, 9, 8);
  const auto light = [&](int x, int y) {
    const Rgb p = small.pixel(x, y);
    return 299 * p.r + 587 * p.g + 114 * p.b;
  };
  std::uint64_t hash = 0;
  for (int y = 0; y < 8; ++y) {
    for (int x = 0; x < 8; ++x) hash = hash << 1 | (light(x, y) < light(x + 1, y) ? 1 : 0);
  }
  return hash;
}

}  // namespace storyteller
