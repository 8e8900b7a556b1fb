#include "model/image/file_kind.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace storyteller {
namespace {

using namespace std::string_view_literals;

struct Signature {
  std::size_t offset;
  std::string_view bytes;
  FileKind kind;
};

// From the formats' specifications; "ftyp" is followed by the brand, of which these are HEIF's.
constexpr Signature kSignatures[] = {
    {0, "\xff\xd8\xff"sv, FileKind::kJpeg},
    {0, "\x89PNG\r\n\x1a\n"sv, FileKind::kPng},
    {0, "GIF8"sv, FileKind::kGif},
    {8, "WEBP"sv, FileKind::kWebp},
    {0, "BM"sv, FileKind::kBmp},
    {0, "II*\0"sv, FileKind::kTiff},
    {0, "MM\0*"sv, FileKind::kTiff},
    {4, "ftyphei"sv, FileKind::kHeif},
    {4, "ftypmif1"sv, FileKind::kHeif},
    {4, "ftypavif"sv, FileKind::kHeif},
    {0, "%PDF"sv, FileKind::kPdf},
};

bool looks_like_text(std::string_view head) {
  return std::all_of(head.begin(), head.end(), [](char c) {
    const auto u = static_cast<unsigned char>(c);
    return u >= 0x20 ? u != 0x7f : (u == '\n' || u == '\r' || u == '\t' || u == '\f');
  });
}

FileKind text_kind(std::string_view head) {
  std::string lower(head.substr(0, 512));
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower.find("<svg") != std::string::npos) return FileKind::kSvg;
  if (lower.find("<html") != std::string::npos || lower.find("<!doctype html") == 0) {
    return FileKind::kHtml;
  }
  return FileKind::kText;
}

}  // namespace

FileKind file_kind(std::span<const std::byte> bytes) {
  const std::string_view head(reinterpret_cast<const char*>(bytes.data()),
                              std::min<std::size_t>(bytes.size(), 4096));
  for (const Signature& signature : kSignatures) {
    if (head.size() >= signature.offset + signature.bytes.size() &&
        head.substr(signature.offset, signature.bytes.size()) == signature.bytes) {
      return signature.kind;
    }
  }
  return !head.empty() && looks_like_text(head) ? text_kind(head) : FileKind::kUnknown;
}

std::string describe(FileKind kind) {
  switch (kind) {
    case FileKind::kJpeg:
      return "a JPEG picture";
    case FileKind::kPng:
      return "a PNG picture";
    case FileKind::kGif:
      return "a GIF picture";
    case FileKind::kWebp:
      return "a WebP picture";
    case FileKind::kBmp:
      return "a BMP picture";
    case FileKind::kTiff:
      return "a TIFF picture";
    case FileKind::kHeif:
      return "a HEIF or AVIF picture";
    case FileKind::kSvg:
      return "an SVG drawing";
    case FileKind::kPdf:
      return "a PDF document";
    case FileKind::kHtml:
      return "a web page";
    case FileKind::kText:
      return "text";
    case FileKind::kUnknown:
      break;
  }
  return "unknown content";
}

bool is_picture(FileKind kind) { return kind < FileKind::kPdf; }

}  // namespace storyteller
