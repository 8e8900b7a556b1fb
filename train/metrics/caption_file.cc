#include "train/metrics/caption_file.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iostream>
#include <iterator>

#include "core/error.h"
#include "core/system/printable.h"
#include "train/metrics/coco_json.h"

namespace storyteller {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kBlanks = " \t\r\n";
constexpr size_t kLongestName = 400;

/// A whole file or, for "-", standard input.
std::string read_all(const std::filesystem::path& path, const std::string& name) {
  constexpr size_t kChunk = size_t{1} << 20U;
  constexpr size_t kLargest = size_t{1} << 31U;
  std::error_code failure;
  std::ifstream file;
  if (path != "-") {
    if (std::filesystem::is_directory(path, failure)) {
      throw InputError(name + ": that is a folder; name a file with captions");
    }
    file.open(path, std::ios::binary);
    if (!file) {
      throw InputError(name + (std::filesystem::exists(path, failure) ? ": cannot be opened"
                                                                      : ": no such file"));
    }
  }
  std::istream& in = path == "-" ? std::cin : file;
  std::string text;
  while (in) {
    const size_t begin = text.size();
    text.resize(begin + kChunk);
    in.read(text.data() + begin, kChunk);
    text.resize(begin + static_cast<size_t>(in.gcount()));
    if (text.size() > kLargest) throw InputError(name + ": larger than 2 GiB; split the file");
  }
  if (in.bad()) throw IoError(name + ": reading failed");
  return text;
}

bool looks_like_json(std::string_view text) {
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return false;
  const char last = text[text.find_last_not_of(kBlanks)];
  return (text[first] == '[' && last == ']') || (text[first] == '{' && last == '}');
}

/// A line whose number is one, as far as digits go.
std::optional<TokenLine> numbered_line(std::string_view line) {
  const auto found = token_line(line);
  if (!found || found->number.empty() ||
      found->number.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  return found;
}

/// Calls each(line, number) for the lines of a text, without their ends.
template <class Each>
void for_each_line(std::string_view text, Each each) {
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.size(), text.find('\n'));
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(text.size(), end + 1));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    each(line, number);
  }
}

void check_length(std::string_view line, const std::string& name, size_t number) {
  if (line.size() <= kLongestCaption) return;
  throw InputError(name + ":" + std::to_string(number) + ": a line of " +
                   std::to_string(line.size()) + " bytes; at most " +
                   std::to_string(kLongestCaption) + " are read");
}

void parse_flickr(std::string_view text, CaptionFile& file) {
  for_each_line(text, [&](std::string_view line, size_t number) {
    check_length(line, file.name, number);
    if (line.find_first_not_of(kBlanks) == std::string_view::npos) return;
    const auto found = numbered_line(line);
    if (!found) {
      throw InputError(file.name + ":" + std::to_string(number) +
                       ": expected 'name.jpg#k<TAB>caption', as in the first line");
    }
    file.captions.push_back(
        {.image = std::string(found->image), .caption = std::string(found->caption)});
  });
}

void parse_lines(std::string_view text, CaptionFile& file) {
  file.form = CaptionForm::kLines;
  for_each_line(text, [&](std::string_view line, size_t number) {
    check_length(line, file.name, number);
    file.captions.push_back(
        {.image = std::to_string(number), .number = true, .caption = std::string(line)});
  });
}

}  // namespace

std::optional<TokenLine> token_line(std::string_view line) {
  const size_t tab = line.find('\t');
  const size_t hash = line.substr(0, tab).rfind('#');
  if (tab == std::string_view::npos || hash == std::string_view::npos || hash == 0) {
    return std::nullopt;
  }
  return TokenLine{.image = line.substr(0, hash),
                   .number = line.substr(hash + 1, tab - hash - 1),
                   .caption = line.substr(tab + 1)};
}

CaptionFile parse_caption_file(std::string_view text, const std::string& name, bool json) {
  CaptionFile file;
  file.name = name;
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (text.find_first_not_of(kBlanks) == std::string_view::npos && (json || text.empty())) {
    throw InputError(name + ": empty file");
  }
  if (json || looks_like_json(text)) {
    file.captions = parse_coco_captions(text, name);
  } else if (numbered_line(text.substr(0, text.find('\n'))).has_value()) {
    parse_flickr(text, file);
  } else {
    parse_lines(text, file);
  }
  if (file.captions.empty()) throw InputError(name + ": there are no captions in it");
  return file;
}

CaptionFile read_caption_file(const std::filesystem::path& path) {
  const std::string name = path == "-" ? "standard input" : printable(path.string(), kLongestName);
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return parse_caption_file(read_all(path, name), name, extension == ".json");
}

}  // namespace storyteller
