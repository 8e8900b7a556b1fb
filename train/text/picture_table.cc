#include "train/text/picture_table.h"

#include <algorithm>
#include <array>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/ascii.h"
#include "core/text/csv_reader.h"
#include "train/text/caption_members.h"
#include "train/text/field_names.h"
#include "train/text/split_names.h"

namespace storyteller {
namespace {

constexpr size_t kNone = static_cast<size_t>(-1);

/// Which columns hold what.
struct Columns {
  size_t count = 0;
  size_t image = kNone, split = kNone, lenient_split = kNone;
  std::vector<size_t> captions;
  bool titled = true;

  bool known() const { return image != kNone && !captions.empty(); }
  /// Whether separators in the last column can only be its own.
  bool caption_is_last() const {
    return std::find(captions.begin(), captions.end(), count - 1) != captions.end();
  }
};

size_t first_of(const std::vector<std::string>& names, const std::vector<std::string>& titles) {
  for (const std::string& name : names) {
    const auto found = std::find(titles.begin(), titles.end(), name);
    if (found != titles.end()) return static_cast<size_t>(found - titles.begin());
  }
  return kNone;
}

Columns columns_of(const std::vector<std::string>& cells) {
  std::vector<std::string> titles;
  titles.reserve(cells.size());
  for (const std::string& cell : cells) titles.push_back(plain_title(cell));
  Columns columns{.count = titles.size(),
                  .image = first_of(image_fields(), titles),
                  .split = first_of({"split"}, titles),
                  .lenient_split = first_of({"subset", "partition", "set_name"}, titles),
                  .captions = {}};
  for (const auto* names : {&caption_fields(), &captions_fields()}) {
    const size_t column = first_of(*names, titles);
    if (column != kNone) columns.captions.push_back(column);
  }
  for (size_t i = 0; i < titles.size(); ++i) {
    if (is_numbered_caption(titles[i])) columns.captions.push_back(i);
  }
  return columns;
}

/// "p.jpg" of "p.jpg#0"; what has no ending in front of its number may be called so.
std::string_view without_number(std::string_view name) {
  const std::string_view plain = without_caption_number(name);
  return has_picture_extension(plain) ? plain : name;
}

/// Of a table whose first line holds a picture's name and its caption already.
Columns untitled_columns(const std::vector<std::string>& cells) {
  Columns columns{.count = cells.size(), .captions = {}, .titled = false};
  const bool numbered = cells.size() == 3 && !cells[1].empty() &&
                        trimmed(cells[1]).find_first_not_of("0123456789") == std::string::npos;
  if ((cells.size() == 2 || numbered) &&
      has_picture_extension(without_number(trimmed(cells.front())))) {
    columns.image = 0;
    columns.captions = {cells.size() - 1};
  }
  return columns;
}

/// The fields of a line of titles, as far as they can be told from one line.
std::vector<std::string> fields_of(std::string_view line, char separator) {
  std::vector<std::string> fields;
  do {
    std::string_view field = trimmed(cut_field(&line, separator));
    if (field.size() > 1 && field.front() == '"' && field.back() == '"') {
      field = field.substr(1, field.size() - 2);
    }
    fields.emplace_back(field);
  } while (!line.empty());
  return fields;
}

std::string titles_text(const std::string& line) {
  std::string text;
  for (const char separator : {'\t', ';', '|', ','}) {
    if (line.find(separator) == std::string::npos && separator != ',') continue;
    for (const std::string& title : fields_of(line, separator)) {
      if (text.size() < 200) text += (text.empty() ? "'" : ", '") + printable(title, 60) + "'";
    }
    return text;
  }
  return text;
}

/// Reads the first line: sets the separator and moves behind the titles.
Columns open_columns(CsvReader& reader) {
  constexpr std::array<char, 4> kSeparators = {',', '\t', ';', '|'};
  for (auto* find : {&columns_of, &untitled_columns}) {
    for (const char separator : kSeparators) {
      if (reader.declared_separator() != 0 && reader.declared_separator() != separator) continue;
      reader.set_separator(separator);
      const Columns columns = find(fields_of(reader.first_line(), separator));
      if (!columns.known()) continue;
      std::vector<std::string> titles;
      if (columns.titled) reader.next(&titles);
      return columns;
    }
  }
  std::vector<std::string> row;
  reader.next(&row);
  const std::string known = "(known for pictures: " + known_image_fields() +
                            "; for captions: " + known_caption_fields() +
                            "); see docs/your-own-data.md";
  reader.fail(
      "the first line must name the columns, \"image\" and \"caption\" among them; its "
      "titles are " +
      titles_text(reader.first_line()) + " " + known);
}

/// The published Flickr30k has one line without its second bar: "name.jpg| 4   A dog runs .".
void divide_numbered(std::vector<std::string>& fields) {
  const std::string cell = std::move(fields.back());
  const std::string_view text = trimmed(cell);
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  fields.back() = text.substr(0, digits);
  fields.emplace_back(text.substr(digits));
}

class TableRows {
 public:
  TableRows(CsvReader& reader, const Columns& columns,
            const std::function<void(const PictureRow&)>& row,
            const std::function<void(const std::string&)>& note)
      : reader_(reader), columns_(columns), row_(row), note_(note) {}

  void read() {
    std::vector<std::string> fields;
    const size_t most = columns_.caption_is_last() ? columns_.count : CsvReader::kAll;
    while (reader_.next(&fields, most)) {
      if (reader_.joined() && joined_++ == 0) first_joined_ = reader_.line();
      if (reader_.separator() == '|' && fields.size() + 1 == columns_.count &&
          columns_.caption_is_last()) {
        divide_numbered(fields);
      }
      require_count(fields);
      add(fields);
    }
    if (const auto warning = reader_.invalid().warning(reader_.name()); !warning.empty()) {
      note_(warning);
    }
    if (joined_ > 0) {
      note_(reader_.name() + ": " + std::to_string(joined_) + " captions hold '" +
            reader_.separator() +
            "' outside of quotes and are taken to the end of their line, "
            "such as line " +
            std::to_string(first_joined_));
    }
    if (!columns_.titled) {
      note_(reader_.name() +
            ": the first line has no titles; column 1 is taken for the picture and column " +
            std::to_string(columns_.count) + " for the caption");
    }
  }

 private:
  void require_count(std::vector<std::string>& fields) const {
    while (fields.size() > columns_.count && trimmed(fields.back()).empty()) fields.pop_back();
    if (fields.size() > columns_.count) {
      reader_.fail(std::to_string(fields.size()) + " fields in a table of " +
                   std::to_string(columns_.count) + " columns; a caption that holds '" +
                   reader_.separator() + "' must stand in quotes");
    }
    fields.resize(columns_.count);
  }

  void add(const std::vector<std::string>& fields) {
    const std::string_view name = without_number(trimmed(fields[columns_.image]));
    captions_.clear();
    for (const size_t column : columns_.captions) add_cell(fields[column]);
    if (name.empty()) {
      if (captions_.empty()) return;  // ",,": spreadsheets write empty rows
      reader_.fail("a caption without the name of its picture");
    }
    row_({.name = name, .split = split_of(fields), .captions = captions_});
  }

  void add_cell(const std::string& cell) {
    const std::string_view text = trimmed(cell);
    if (text.starts_with('[')) {
      if (const auto list = list_cell(text)) {
        for (const std::string& caption : *list) {
          if (!is_missing_text(caption)) captions_.push_back(caption);
        }
        return;
      }
    }
    if (!is_missing_text(text)) captions_.emplace_back(text);
  }

  std::optional<Split> split_of(const std::vector<std::string>& fields) const {
    if (columns_.split != kNone) {
      return named_split(fields[columns_.split], {.file = reader_.name(), .line = reader_.line()});
    }
    if (columns_.lenient_split != kNone) return split_named(fields[columns_.lenient_split]);
    return std::nullopt;
  }

  CsvReader& reader_;
  const Columns& columns_;
  const std::function<void(const PictureRow&)>& row_;
  const std::function<void(const std::string&)>& note_;
  std::vector<std::string> captions_;  // of one row
  size_t joined_ = 0, first_joined_ = 0;
};

}  // namespace

void read_picture_table(CsvReader& reader, const std::function<void(const PictureRow&)>& row,
                        const std::function<void(const std::string&)>& note) {
  if (reader.first_line().empty()) throw InputError(reader.name() + ": empty");
  const Columns columns = open_columns(reader);
  TableRows(reader, columns, row, note).read();
}

bool names_columns(std::string_view line) {
  constexpr std::string_view kSeparators = ",\t;|";
  return std::any_of(kSeparators.begin(), kSeparators.end(), [&](char separator) {
    return columns_of(fields_of(line, separator)).known();
  });
}

}  // namespace storyteller
