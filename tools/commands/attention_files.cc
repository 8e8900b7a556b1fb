#include "tools/commands/attention_files.h"

#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "core/error.h"
#include "core/system/printable.h"
#include "model/image/encode.h"
#include "model/image/picture_folder.h"
#include "tools/render/attention_strip.h"

namespace storyteller {
namespace {

namespace fs = std::filesystem;

constexpr const char* kEnding = ".png";
/// ".NAME.tmp", under which a file is written (see AtomicFile).
constexpr size_t kTemporary = 5;

/// Tells the pictures apart without naming them: a strip may be shown to others.
std::string mark_of(const PictureName& picture) {
  std::uint64_t hash = XXH3_64bits(picture.bytes.data(), picture.bytes.size());
  if (picture.bytes.empty()) {
    std::error_code failure;
    std::string path = fs::canonical(picture.path, failure).string();
    if (failure) path = picture.path.string();
    hash = XXH3_64bits(path.data(), path.size());
  }
  std::array<char, 16> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), hash, 16);
  return {digits.data(), end.ptr};
}

size_t longest_name(const fs::path& folder) {
  constexpr long kUsual = 255;
  const long most = ::pathconf(folder.c_str(), _PC_NAME_MAX);
  return static_cast<size_t>(most > 0 ? most : kUsual) - kTemporary;
}

/// At most `size` bytes, whole characters.
std::string cut(std::string text, size_t size) {
  if (text.size() <= size) return text;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80) --size;
  text.resize(size);
  return text;
}

}  // namespace

AttentionFiles::AttentionFiles(fs::path folder) : folder_(std::move(folder)) {
  const std::string name = "--attention " + printable_path(folder_.string());
  std::error_code failure;
  fs::create_directories(folder_, failure);
  if (failure) throw IoError(name + ": cannot make the folder: " + failure.message());
  if (::access(folder_.c_str(), W_OK | X_OK) != 0) {
    throw IoError(name + ": cannot be written; make the folder writable or choose another");
  }
  longest_name_ = longest_name(folder_);
}

fs::path AttentionFiles::file(const fs::path& picture, const std::string& part, int number) const {
  const std::string end = part + (number > 1 ? "-" + std::to_string(number) : "") + kEnding;
  return folder_ / (cut(picture.stem().string(), longest_name_ - end.size()) + end);
}

void AttentionFiles::require_other(const fs::path& picture, const InputFiles& inputs,
                                   const std::string& part) const {
  const fs::path strip = file(picture, part, 1);
  if (!inputs.contains(strip)) return;
  throw UsageError("--attention " + printable_path(folder_.string()) + ": the strip of " +
                   printable_path(picture.string()) + " would be " +
                   printable_path(strip.string()) +
                   ", which is one of the pictures; name another folder");
}

fs::path AttentionFiles::draw(const PictureName& picture, const Image& view, const Caption& caption,
                              Captioner& captioner) const {
  const Encoder& encoder = captioner.encoder();
  StripStyle style;
  style.visible = visible_box(view.width, view.height, captioner.preprocessing());
  const Image strip = attention_strip(view, captioner.vocabulary().decode(caption.words),
                                      caption.alpha, static_cast<int>(encoder.grid_rows()),
                                      static_cast<int>(encoder.grid_columns()), style);
  return write(picture, strip);
}

fs::path AttentionFiles::write(const PictureName& picture, const Image& strip,
                               const std::string& part) const {
  const PngText text{std::string(kDrawnFrom), mark_of(picture)};
  fs::path target;
  std::error_code failure;
  for (int number = 1;; ++number) {
    target = file(picture.path, part, number);
    const bool is_free = fs::symlink_status(target, failure).type() == fs::file_type::not_found;
    if (is_free || read_png_text(target, kDrawnFrom) == text.text) break;
  }
  write_png(target, strip, text);
  return target;
}

}  // namespace storyteller
