#include "model/image/decode.h"

#include "core/error.h"
#include "core/file_kind/file_kind.h"
#include "core/system/printable.h"
#include "model/image/file_bytes.h"
#include "model/image/jpeg_decoder.h"
#include "model/image/png_decoder.h"
#include "model/image/visibility.h"

namespace storyteller {
namespace {

/// @param path "" where the bytes are not those of a file
FileKind checked_kind(std::span<const std::byte> head, const std::string& name,
                      const std::string& path) {
  if (head.empty()) {
    throw InputError(name + ": the file is empty (0 bytes); copy or download it again");
  }
  const FileKind kind = identify_file(head);
  if (kind.family == FileFamily::kJpeg || kind.family == FileFamily::kPng) return kind;
  const bool spoilt = kind.family == FileFamily::kSpoilt;
  throw InputError(name + (spoilt ? ": " : ": not a JPEG or PNG picture but ") +
                   std::string(kind.what) + "; " + way_out(kind, FileUse::kPicture, path));
}

Image decode(std::span<const std::byte> bytes, const FileKind& kind, const std::string& name,
             ImageWarnings* warnings, const DecodeOptions& options) {
  Image image = kind.family == FileFamily::kJpeg ? decode_jpeg(bytes, name, warnings, options)
                                                 : decode_png(bytes, name, warnings, options);
  if (options.note_blank && warnings != nullptr) {
    const std::string why = hardly_visible(image);
    if (!why.empty()) warnings->push_back(name + ": " + why);
  }
  return image;
}

}  // namespace

Image decode_image(std::span<const std::byte> bytes, std::string_view raw_name,
                   ImageWarnings* warnings, const DecodeOptions& options) {
  const std::string name = printable_path(raw_name);
  return decode(bytes, checked_kind(bytes, name, ""), name, warnings, options);
}

Image read_image(const std::filesystem::path& path, ImageWarnings* warnings,
                 const DecodeOptions& options) {
  const auto check = [](std::span<const std::byte> head, const std::string& name) {
    checked_kind(head, name, name);
  };
  const std::vector<std::byte> bytes = read_file_bytes(path, kMaxImageFileBytes, check);
  return decode(bytes, identify_file(bytes), printable_path(path.string()), warnings, options);
}

std::string_view text_of(std::string_view warning, std::string_view name) {
  const std::string prefix = printable_path(name) + ": ";
  if (warning.starts_with(prefix)) warning.remove_prefix(prefix.size());
  return warning;
}

}  // namespace storyteller
