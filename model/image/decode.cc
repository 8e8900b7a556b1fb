#include "model/image/decode.h"

#include "core/error.h"
#include "model/image/file_bytes.h"
#include "model/image/file_kind.h"
#include "model/image/jpeg_decoder.h"
#include "model/image/png_decoder.h"

namespace storyteller {
namespace {

void check_kind(std::span<const std::byte> head, const std::string& name) {
  if (head.empty()) {
    throw InputError(name + ": the file is empty (0 bytes); copy or download it again");
  }
  const FileKind kind = file_kind(head);
  if (kind == FileKind::kJpeg || kind == FileKind::kPng) return;
  throw InputError(name + ": not a JPEG or PNG picture (" + describe(kind) + "); " +
                   (is_picture(kind) ? "convert it to JPEG or PNG" : "give a .jpg or .png file"));
}

}  // namespace

Image decode_image(std::span<const std::byte> bytes, std::string_view raw_name,
                   ImageWarnings* warnings, const DecodeOptions& options) {
  const std::string name = printable_path(raw_name);
  check_kind(bytes, name);
  if (file_kind(bytes) == FileKind::kJpeg) return decode_jpeg(bytes, name, warnings, options);
  return decode_png(bytes, name, warnings);
}

Image read_image(const std::filesystem::path& path, ImageWarnings* warnings,
                 const DecodeOptions& options) {
  const std::vector<std::byte> bytes = read_file_bytes(path, kMaxImageFileBytes, check_kind);
  return decode_image(bytes, path.string(), warnings, options);
}

}  // namespace storyteller
