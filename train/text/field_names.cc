#include "train/text/field_names.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <span>

#include "core/text/ascii.h"
#include "core/text/phrase.h"

namespace storyteller {
namespace {

bool is_among(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::string plain_title(std::string_view title) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (title.starts_with(kMark)) title.remove_prefix(kMark.size());
  std::string plain = lower_case(trimmed(title, " \t\r\n"));
  for (char& c : plain) c = c == ' ' || c == '-' ? '_' : c;
  return plain;
}

const std::vector<std::string>& image_fields() {
  static const std::vector<std::string> names = {"image",
                                                 "file_name",
                                                 "filename",
                                                 "image_name",
                                                 "image_path",
                                                 "image_file",
                                                 "filepath",
                                                 "file_path",
                                                 "path",
                                                 "file",
                                                 "image_filename",
                                                 "img",
                                                 "img_name",
                                                 "img_path",
                                                 "img_file",
                                                 "picture",
                                                 "photo",
                                                 "image_id",
                                                 "img_id",
                                                 "imgid",
                                                 "key",
                                                 "name",
                                                 "id"};
  return names;
}

const std::vector<std::string>& caption_fields() {
  static const std::vector<std::string> names = {"caption",     "text",         "comment",
                                                 "sentence",    "description",  "raw",
                                                 "caption_str", "caption_text", "alt_text"};
  return names;
}

const std::vector<std::string>& captions_fields() {
  static const std::vector<std::string> names = {
      "captions",     "sentences",    "texts",          "comments",      "references",
      "descriptions", "raw_captions", "reference_strs", "conversations", "messages"};
  return names;
}

bool is_numbered_caption(std::string_view title) {
  const size_t digits = title.find_last_not_of("0123456789");
  if (digits == std::string_view::npos || digits + 1 == title.size()) return false;
  std::string_view word = title.substr(0, digits + 1);
  while (!word.empty() && (word.back() == '_' || word.back() == '.' || word.back() == '#')) {
    word.remove_suffix(1);
  }
  return is_among(caption_fields(), word) || is_among(captions_fields(), word);
}

bool is_missing_text(std::string_view text) {
  text = trimmed(text, " \t\r\n");
  constexpr std::array<std::string_view, 9> kMissing = {"",     "nan",  "NaN", "NAN", "null",
                                                        "NULL", "None", "N/A", "<NA>"};
  return std::find(kMissing.begin(), kMissing.end(), text) != kMissing.end();
}

std::string_view without_caption_number(std::string_view name) {
  const size_t hash = name.find_last_not_of("0123456789");
  const bool numbered =
      hash != std::string_view::npos && hash > 0 && name[hash] == '#' && hash + 1 < name.size();
  return numbered ? name.substr(0, hash) : name;
}

std::string plain_name(std::string_view name) {
  const bool simple = name.find("./") == std::string_view::npos &&
                      name.find("//") == std::string_view::npos && !name.ends_with("/.");
  // "://" is a link's.
  if (simple || name.find("://") != std::string_view::npos) return std::string(name);
  const std::string plain = std::filesystem::path(name).lexically_normal().string();
  return plain.empty() || plain == "." ? std::string(name) : plain;
}

bool has_picture_extension(std::string_view name) {
  constexpr std::array<std::string_view, 9> kExtensions = {
      ".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".jpe"};
  const size_t point = name.rfind('.');
  if (point == std::string_view::npos) return false;
  const std::string extension = lower_case(name.substr(point));
  return std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end();
}

std::string known_image_fields() { return joined(std::span(image_fields()).first(8)); }
std::string known_caption_fields() {
  return joined(std::span(caption_fields()).first(6)) + ", captions";
}

}  // namespace storyteller
