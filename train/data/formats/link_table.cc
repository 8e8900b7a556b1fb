#include "train/data/formats/link_table.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "core/text/ascii.h"
#include "core/text/csv_reader.h"
#include "core/text/line_reader.h"

namespace storyteller {

namespace {

using Fields = std::vector<std::string>;

bool is_link(std::string_view field) {
  const size_t scheme = field.find("://");
  return scheme != std::string_view::npos && scheme < field.find_first_of(" ,;");
}

std::optional<size_t> link_in(const Fields& fields) {
  const auto found = std::find_if(fields.begin(), fields.end(), is_link);
  if (found == fields.end()) return std::nullopt;
  return static_cast<size_t>(found - fields.begin());
}

template <size_t kCount>
std::optional<size_t> titled(const Fields& titles,
                             const std::array<std::string_view, kCount>& names) {
  for (size_t i = 0; i < titles.size(); ++i) {
    const std::string title = lower_case(trimmed(titles[i]));
    if (std::find(names.begin(), names.end(), title) != names.end()) return i;
  }
  return std::nullopt;
}

/// Rows of either kind of file, with the lines that they stand on.
class FieldReader {
 public:
  explicit FieldReader(const std::filesystem::path& file) {
    if (file.extension() == ".csv") {
      table_ = std::make_unique<CsvReader>(file);
    } else {
      lines_ = std::make_unique<LineReader>(file);
    }
  }
  bool next(Fields* fields) {
    ++rows_;
    if (table_) return table_->next(fields);
    std::string_view line;
    do {
      if (!lines_->next(&line)) return false;
    } while (trimmed(line).empty());
    fields->clear();
    while (!line.empty()) fields->emplace_back(trimmed(cut_field(&line, '\t')));
    return true;
  }
  /// From 0. Blank lines have no number: the readers of tables by which downloaders count pass
  /// them.
  uint32_t number() const { return static_cast<uint32_t>(rows_ - 1); }
  /// What stood between two fields.
  char separator() const { return table_ ? table_->separator() : '\t'; }
  std::string note() const {
    return table_ ? table_->invalid().warning(table_->name())
                  : lines_->invalid().warning(lines_->name());
  }
  [[noreturn]] void fail(const std::string& problem) const {
    if (table_) table_->fail(problem);
    lines_->fail(problem);
  }

 private:
  std::unique_ptr<CsvReader> table_;
  std::unique_ptr<LineReader> lines_;
  size_t rows_ = 0;
};

/// Which columns the titles name; nothing where the first row is a row like the others.
struct Titles {
  std::optional<size_t> caption = {}, link = {};
  bool are_there = false;
};

Titles titles_of(const Fields& first, const Fields* second) {
  constexpr std::array<std::string_view, 8> kCaptions = {
      "caption", "captions", "text", "description", "alt", "alt_text", "sentence", "raw_caption"};
  constexpr std::array<std::string_view, 10> kLinks = {"url",      "urls",  "link", "image_url",
                                                       "img_url",  "image", "path", "file_name",
                                                       "filename", "file"};
  if (link_in(first)) return {};
  const auto caption = titled(first, kCaptions), link = titled(first, kLinks);
  if (caption && link) return {.caption = caption, .link = link, .are_there = true};
  // Titles in words unknown here stand above links all the same.
  return {.are_there = second != nullptr && link_in(*second).has_value()};
}

}  // namespace

std::string for_each_link(const std::filesystem::path& file,
                          const std::function<void(const LinkRow& row)>& each) {
  FieldReader reader(file);
  Fields fields, second;
  if (!reader.next(&fields)) return "";
  uint32_t number = reader.number();
  bool more = reader.next(&second);
  const Titles titles = titles_of(fields, more ? &second : nullptr);
  const uint32_t first = titles.are_there ? number + 1 : 0;
  const size_t columns = fields.size();
  if (titles.are_there) {
    if (!more) return reader.note();
    number = reader.number();
    std::swap(fields, second);
    more = reader.next(&second);
  }
  std::string caption;
  for (;;) {
    if (fields.size() < 2) reader.fail("expected 'caption<TAB>link'");
    const bool by_titles = titles.caption && titles.link && fields.size() == columns;
    const size_t link = by_titles ? *titles.link : link_in(fields).value_or(fields.size() - 1);
    if (by_titles) {
      caption = fields[*titles.caption];
    } else if (link == 0) {
      caption = fields[1];
    } else {  // a caption may hold separators
      caption = fields[0];
      for (size_t i = 1; i < link; ++i) caption.append(1, reader.separator()).append(fields[i]);
    }
    each({.caption = trimmed(caption), .link = trimmed(fields[link]), .number = number - first});
    if (!more) return reader.note();
    number = reader.number();
    std::swap(fields, second);
    more = reader.next(&second);
  }
}

}  // namespace storyteller
