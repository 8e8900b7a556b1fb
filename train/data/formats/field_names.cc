#include "train/data/formats/field_names.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace storyteller {
namespace {

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

bool is_among(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string joined(const std::vector<std::string>& names, size_t most) {
  std::string text;
  for (size_t i = 0; i < std::min(most, names.size()); ++i) text += (i > 0 ? ", " : "") + names[i];
  return text;
}

}  // namespace

std::string plain_title(std::string_view title) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (title.starts_with(kMark)) title.remove_prefix(kMark.size());
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!title.empty() && is_blank(title.front())) title.remove_prefix(1);
  while (!title.empty() && is_blank(title.back())) title.remove_suffix(1);
  std::string plain(title);
  std::transform(plain.begin(), plain.end(), plain.begin(),
                 [](char c) { return c == ' ' || c == '-' ? '_' : lower(c); });
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
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
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

bool has_picture_extension(std::string_view name) {
  constexpr std::array<std::string_view, 9> kExtensions = {
      ".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".jpe"};
  const size_t point = name.rfind('.');
  if (point == std::string_view::npos) return false;
  std::string extension(name.substr(point));
  std::transform(extension.begin(), extension.end(), extension.begin(), lower);
  return std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end();
}

std::string known_image_fields() { return joined(image_fields(), 8); }
std::string known_caption_fields() { return joined(caption_fields(), 6) + ", captions"; }

}  // namespace storyteller
