#include "train/metrics/files/image_ids.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>

#include "core/text/ascii.h"
#include "core/text/utf8.h"
#include "train/text/field_names.h"

namespace storyteller {
namespace {

constexpr std::string_view kSlashes = "/\\";

/// The last part of a path, of Unix or Windows.
std::string_view last_part(std::string_view path) {
  return path.substr(path.find_last_of(kSlashes) + 1);  // npos + 1 is 0
}

/// The last `parts` parts of a path.
std::string path_end(std::string_view path, size_t parts) {
  size_t begin = path.size();
  for (; parts > 0 && begin > 0; --parts) {
    const size_t separator = path.find_last_of(kSlashes, begin - 1);
    begin = separator == std::string_view::npos || separator == 0 ? 0 : separator;
  }
  std::string end(path.substr(begin));
  std::replace(end.begin(), end.end(), '\\', '/');
  const size_t first = end.find_first_not_of("./");
  return first == std::string::npos ? end : end.substr(first);
}

/// Without the ending of a picture's name, of which none is longer than five letters.
std::string_view stem(std::string_view name) {
  constexpr size_t kLongest = 5;
  const size_t point = name.rfind('.');
  if (point == std::string_view::npos || point == 0) return name;
  const std::string_view ending = name.substr(point + 1);
  const bool letters = std::all_of(ending.begin(), ending.end(),
                                   [](unsigned char c) { return std::isalnum(c) != 0; });
  const bool number = ending.find_first_not_of(kDecimalDigits) == std::string_view::npos;
  return letters && !number && ending.size() <= kLongest ? name.substr(0, point) : name;
}

/// The number of "42", "000000000042" and "COCO_val2014_000000000042"; empty: there is none.
std::string number_in(std::string_view name) {
  constexpr size_t kLikeCoco = 6;                                  // digits behind an underscore
  const size_t begin = name.find_last_not_of(kDecimalDigits) + 1;  // npos + 1 is 0
  const std::string_view digits = name.substr(begin);
  if (digits.empty()) return "";
  if (begin > 0 && (name[begin - 1] != '_' || digits.size() < kLikeCoco)) return "";
  return std::string(digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1)));
}

enum class Way { kAsTheyStand, kReadable, kPathOfThree, kPathOfTwo, kName, kStem, kNumber };
constexpr std::array<std::pair<Way, const char*>, 7> kWays = {{
    {Way::kAsTheyStand, ""},
    {Way::kReadable, "what of them is UTF-8"},
    {Way::kPathOfThree, "the end of their path"},
    {Way::kPathOfTwo, "the end of their path"},
    {Way::kName, "the name of the picture"},
    {Way::kStem, "the name of the picture without ending"},
    {Way::kNumber, "the number in the name of the picture"},
}};

/// What an image is known by; empty: it cannot be, in this way.
std::string key_of(const NamedImage& image, Way way) {
  if (way == Way::kAsTheyStand) return image.id;
  // In JSON of other programs U+FFFD stands for bytes that are not.
  if (way == Way::kReadable) return replace_invalid_utf8(image.id);
  const std::string_view name =
      without_caption_number(image.file.empty() ? std::string_view(image.id) : image.file);
  switch (way) {
    case Way::kAsTheyStand:
    case Way::kReadable:
      break;
    case Way::kPathOfThree:
      return path_end(name, 3);
    case Way::kPathOfTwo:
      return path_end(name, 2);
    case Way::kName:
      return path_end(name, 1);
    case Way::kStem:
      return std::string(stem(last_part(name)));
    case Way::kNumber:
      return number_in(stem(last_part(name)));
  }
  return {};
}

using Keys = std::unordered_map<std::string, const NamedImage*>;

/// Images by key; nothing where two images would be the same.
std::optional<Keys> keys_of(const std::vector<NamedImage>& images, Way way) {
  Keys keys;
  for (const NamedImage& image : images) {
    const std::string key = key_of(image, way);
    if (key.empty()) continue;
    const auto [at, is_new] = keys.try_emplace(key, &image);
    if (!is_new && without_caption_number(at->second->id) != without_caption_number(image.id)) {
      return std::nullopt;
    }
  }
  return keys;
}

}  // namespace

MatchedIds match_ids(const std::vector<NamedImage>& from, const std::vector<NamedImage>& to) {
  MatchedIds best;
  for (const auto& [way, name] : kWays) {
    const auto known = keys_of(to, way);
    if (!known || !keys_of(from, way)) continue;
    MatchedIds found{.way = name};
    for (const NamedImage& image : from) {
      const auto at = known->find(key_of(image, way));
      if (at != known->end()) found.partner.emplace(image.id, at->second->id);
    }
    if (found.partner.size() > best.partner.size()) best = std::move(found);
    if (best.partner.size() == from.size()) break;
  }
  return best;
}

}  // namespace storyteller
