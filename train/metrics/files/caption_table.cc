#include "train/metrics/files/caption_table.h"

#include <algorithm>
#include <optional>

#include "core/error.h"
#include "core/text/ascii.h"
#include "core/text/csv_reader.h"
#include "core/text/line_reader.h"
#include "core/text/text_set.h"
#include "core/text/utf8.h"
#include "train/text/captionless_rows.h"
#include "train/text/field_names.h"
#include "train/text/picture_table.h"

namespace storyteller {
namespace {

constexpr std::string_view kColumnSeparators = "\t|,;";

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of(kDecimalDigits) == std::string_view::npos;
}

/// "p.jpg", "p.jpg#0" or "42".
bool names_image(std::string_view field) {
  return is_number(field) || has_picture_extension(without_caption_number(field));
}

/// Calls `holds(line)` for the lines that are not blank; whether it is true of each, and there are
/// some.
template <class Holds>
bool holds_for_all_lines(std::string_view text, const std::string& name, Holds holds) {
  LineReader lines(text, name);
  size_t count = 0;
  for (std::string_view line; lines.next(&line);) {
    if (trimmed(line).empty()) continue;
    if (!holds(line)) return false;
    ++count;
  }
  return count > 0;
}

/// What stands between the name of an image and its caption in every line.
std::optional<char> separator_of(std::string_view text, const std::string& name) {
  for (const char separator : kColumnSeparators) {
    const bool all = holds_for_all_lines(text, name, [&](std::string_view line) {
      if (line.find(separator) == std::string_view::npos) return false;
      const std::string_view field = trimmed(cut_field(&line, separator));
      // A comma behind a number may belong to a caption: "2, 3 dogs".
      const bool close = separator != ',' || !line.starts_with(' ') || !is_number(field);
      return close && names_image(field);
    });
    if (all) return separator;
  }
  return std::nullopt;
}

/// Whether a column of numbers stands between images and captions, "p.jpg| 0| A dog". Between bars
/// lines without it do not matter, of which the published Flickr30k has one.
bool has_number_column(std::string_view text, char separator, const std::string& name) {
  const auto numbered = [&](std::string_view line) {
    cut_field(&line, separator);
    const size_t end = line.find(separator);
    return end != std::string_view::npos && is_number(trimmed(line.substr(0, end)));
  };
  return separator == '|' || holds_for_all_lines(text, name, numbered);
}

void parse_untitled(std::string_view text, char separator, CaptionFile& file) {
  const bool numbered = has_number_column(text, separator, file.name);
  CsvReader reader(text, file.name);
  reader.set_separator(separator);
  std::vector<std::string> fields;
  while (reader.next(&fields, numbered ? 3 : 2)) {
    const std::string_view image = without_caption_number(trimmed(fields[0]));
    std::string caption = fields.size() > 1 ? fields[1] : "";
    if (fields.size() > 2) {
      if (is_number(trimmed(caption))) {
        caption = fields[2];
      } else {
        caption.append(1, separator).append(fields[2]);
      }
    }
    file.captions.push_back({.image = std::string(image),
                             .number = is_number(image),
                             .caption = replace_invalid_utf8(trimmed(caption))});
  }
  file.notes.push_back(file.name +
                       ": every line begins with the name or number of an image, which is not "
                       "part of its caption");
}

/// The captions of an image stand together, where its first row is: splits are not looked at.
void parse_titled(CsvReader& reader, CaptionFile& file) {
  TextSet names;
  std::vector<std::vector<std::string>> captions;  // [image]
  CaptionlessRows counted;
  const auto note = [&](const std::string& text) {
    const bool said = std::find(file.notes.begin(), file.notes.end(), text) != file.notes.end();
    if (!said && !text.empty()) file.notes.push_back(text);  // bytes were looked at before
  };
  const auto add = [&](const PictureRow& row) {
    counted.count(row.name, !row.captions.empty());
    const uint32_t image = names.insert(plain_name(row.name));
    captions.resize(names.size());
    captions[image].insert(captions[image].end(), row.captions.begin(), row.captions.end());
  };
  read_picture_table(reader, add, note);
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string image(names[i]);
    const bool number = is_number(image);
    for (const std::string& caption : captions[i]) {
      file.captions.push_back(
          {.image = image, .number = number, .caption = replace_invalid_utf8(caption)});
    }
    if (captions[i].empty()) {
      file.captions.push_back({.image = image, .number = number, .absent = true});
    }
  }
  note(counted.note());
}

/// Whether a text's first line is the title of its only column.
bool is_one_column(const std::string& first_line) {
  const std::string title = plain_title(first_line);
  const auto among = [&](const std::vector<std::string>& names) {
    return std::find(names.begin(), names.end(), title) != names.end();
  };
  return title == "caption" || title == "captions" || among({"sentence", "sentences", "comment"});
}

void parse_one_column(std::string_view text, bool quoted, CaptionFile& file) {
  file.form = CaptionForm::kLines;
  const auto add = [&](std::string_view caption) {
    file.captions.push_back({.image = std::to_string(file.captions.size() + 1),
                             .number = true,
                             .caption = replace_invalid_utf8(caption)});
  };
  if (quoted) {
    CsvReader reader(text, file.name);
    std::vector<std::string> fields;
    reader.next(&fields);
    while (reader.next(&fields, 1)) add(fields[0]);
  } else {
    LineReader lines(text, file.name);
    std::string_view line;
    while (lines.next(&line) && trimmed(line).empty()) continue;
    while (lines.next(&line)) add(line);
  }
  file.notes.push_back(file.name + ": its first line is taken for a title, not for a caption");
}

}  // namespace

bool parse_caption_table(std::string_view text, bool named, CaptionFile& file) {
  CsvReader reader(text, file.name);
  if (is_one_column(reader.first_line())) {
    parse_one_column(text, named, file);
    return true;
  }
  if (names_columns(reader.first_line())) {
    parse_titled(reader, file);
    return true;
  }
  if (const auto separator = separator_of(text, file.name)) {
    parse_untitled(text, *separator, file);
    return true;
  }
  if (named && reader.first_line().find_first_of(kColumnSeparators) != std::string::npos) {
    parse_titled(reader, file);  // which says what is wrong with it
    return true;
  }
  const bool names = holds_for_all_lines(text, file.name, [](std::string_view line) {
    std::string_view name = line.substr(0, line.find_first_of(" \t"));
    if (name.ends_with(':')) name.remove_suffix(1);
    return name.size() < line.size() && has_picture_extension(without_caption_number(name));
  });
  if (names) {
    throw InputError(file.name +
                     ": every line begins with the name of a picture; put a tab behind it, so "
                     "that it is not taken for a word of the caption");
  }
  return false;
}

}  // namespace storyteller
