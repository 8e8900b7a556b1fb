#include "train/data/formats/token_lists.h"

#include "core/text/line_reader.h"
#include "train/metrics/caption_file.h"

namespace storyteller {

namespace {

void add_caption_of(std::string_view name, std::string_view caption, PictureList& list) {
  if (const auto picture = list.find(name)) list.add_caption(*picture, caption);
}

}  // namespace

void add_names(const std::filesystem::path& file, Split split, PictureList& list,
               const std::string& extension) {
  LineReader lines(file);
  for (std::string_view line; lines.next(&line);) {
    const std::string_view name = trimmed(line);
    if (name.empty()) continue;
    const bool bare = name.find('.') == std::string_view::npos;
    list.add(bare ? std::string(name) + extension : std::string(name), split);
  }
}

void add_token_captions(const std::filesystem::path& file, PictureList& list) {
  LineReader lines(file);
  for (std::string_view line; lines.next(&line);) {
    if (trimmed(line).empty()) continue;
    const auto found = token_line(line);
    if (!found) lines.fail("expected 'name.jpg#k<TAB>caption'");
    add_caption_of(found->image, trimmed(found->caption), list);
  }
}

void add_piped_captions(const std::filesystem::path& file, PictureList& list) {
  LineReader lines(file);
  for (std::string_view line; lines.next(&line);) {
    if (lines.number() == 1 || trimmed(line).empty()) continue;
    const std::string_view name = trimmed(cut_field(&line, '|'));
    const std::string_view number = trimmed(cut_field(&line, '|'));
    const bool is_number = number.find_first_not_of("0123456789") == std::string_view::npos;
    if (name.empty() || number.empty()) lines.fail("expected 'name.jpg| k| caption'");
    // The published file has one line without the second bar: "name.jpg| 4   A dog runs .".
    const size_t digits = number.find_first_not_of("0123456789");
    if (!is_number && digits == 0) lines.fail("expected 'name.jpg| k| caption'");
    add_caption_of(name, trimmed(is_number ? line : number.substr(digits)), list);
  }
}

}  // namespace storyteller
