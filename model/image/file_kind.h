#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace storyteller {

/// What a file is, judged by its first bytes.
enum class FileKind {
  kJpeg,
  kPng,
  kGif,
  kWebp,
  kBmp,
  kTiff,
  kHeif,
  kSvg,
  kPdf,
  kHtml,
  kText,
  kUnknown
};

FileKind file_kind(std::span<const std::byte> head);

/// "a WebP picture", "text", "unknown content".
std::string describe(FileKind kind);

/// Whether a conversion to JPEG or PNG makes sense.
bool is_picture(FileKind kind);

}  // namespace storyteller
