#include "train/metrics/files/caption_file.h"

#include <unordered_set>
#include <utility>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/ascii.h"
#include "core/text/line_reader.h"
#include "core/text/text_file.h"
#include "core/text/utf8.h"
#include "train/metrics/files/caption_table.h"
#include "train/metrics/files/coco_json.h"

namespace storyteller {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr size_t kLongestName = 400;

bool is_blank(std::string_view text) {
  return text.find_first_not_of(kBlanks) == std::string_view::npos;
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

/// Whether the first line that is neither blank nor a comment is one of a token file.
bool is_token_file(std::string_view text, const std::string& name) {
  LineReader lines(text, name);
  for (std::string_view line; lines.next(&line);) {
    if (numbered_line(line).has_value()) return true;
    if (!is_blank(line) && !line.starts_with('#')) return false;
  }
  return false;
}

void parse_flickr(std::string_view text, CaptionFile& file) {
  LineReader lines(text, file.name);
  bool begun = false;
  for (std::string_view line; lines.next(&line);) {
    if (is_blank(line)) continue;
    const auto found = numbered_line(line);
    if (!found && !begun && line.starts_with('#')) continue;
    if (!found) lines.fail("expected 'name.jpg#k<TAB>caption', as in the first line");
    begun = true;
    file.captions.push_back(
        {.image = std::string(found->image), .caption = replace_invalid_utf8(found->caption)});
  }
}

void parse_lines(std::string_view text, CaptionFile& file) {
  file.form = CaptionForm::kLines;
  LineReader lines(text, file.name);
  for (std::string_view line; lines.next(&line);) {
    file.captions.push_back({.image = std::to_string(lines.number()),
                             .number = true,
                             .caption = replace_invalid_utf8(line)});
  }
}

/// `text` is UTF-8, as far as `invalid` says.
CaptionFile parse_text(std::string text, const std::string& name, const InvalidUtf8& invalid,
                       CaptionSyntax syntax) {
  CaptionFile file;
  file.name = name;
  const bool json = syntax == CaptionSyntax::kJson;
  if (text.empty() || (json && is_blank(text))) throw InputError(name + ": empty file");
  if (json || looks_like_json(text)) {
    if (invalid.lines > 0) throw InputError(invalid.warning(name));
    parse_json_captions(std::move(text), file);
  } else {
    if (invalid.lines > 0) file.notes.push_back(invalid.warning(name));
    if (is_token_file(text, name)) {
      parse_flickr(text, file);
    } else if (!parse_caption_table(text, syntax == CaptionSyntax::kTable, file)) {
      parse_lines(text, file);
    }
  }
  if (file.captions.empty()) throw InputError(name + ": there are no captions in it");
  return file;
}

CaptionSyntax syntax_of(const std::filesystem::path& path) {
  std::string name = lower_case(path.filename().string());
  if (name.ends_with(".gz")) name.resize(name.size() - std::string_view(".gz").size());
  for (const char* ending : {".json", ".jsonl", ".ndjson"}) {
    if (name.ends_with(ending)) return CaptionSyntax::kJson;
  }
  for (const char* ending : {".csv", ".tsv"}) {
    if (name.ends_with(ending)) return CaptionSyntax::kTable;
  }
  return CaptionSyntax::kAny;
}

}  // namespace

std::vector<NamedImage> CaptionFile::images() const {
  std::vector<NamedImage> images;
  std::unordered_set<std::string_view> seen;
  for (const FiledCaption& caption : captions) {
    if (!seen.insert(caption.image).second) continue;
    const auto name = file_names.find(caption.image);
    images.push_back(
        {.id = caption.image, .file = name == file_names.end() ? std::string() : name->second});
  }
  return images;
}

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

CaptionFile parse_caption_file(std::string_view bytes, const std::string& name,
                               CaptionSyntax syntax) {
  InvalidUtf8 invalid;
  std::string text = checked_text(decode_text(bytes, name), name, &invalid);
  return parse_text(std::move(text), name, invalid, syntax);
}

CaptionFile read_caption_file(const std::filesystem::path& path) {
  const std::string name = path == "-" ? "standard input" : printable(path.string(), kLongestName);
  InvalidUtf8 invalid;
  std::string text = read_text_file(path, &invalid);
  return parse_text(std::move(text), name, invalid, syntax_of(path));
}

}  // namespace storyteller
