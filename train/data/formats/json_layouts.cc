#include "train/data/formats/json_layouts.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/json_members.h"
#include "train/text/caption_members.h"
#include "train/text/field_names.h"
#include "train/text/split_names.h"

namespace storyteller {
namespace {

using nlohmann::json;

/// Tells the layouts of a file's values apart. `split` is what the file's name, or a dictionary of
/// splits, says.
class LayoutReader {
 public:
  LayoutReader(const JsonText& text, Rows& rows) : text_(text), rows_(rows) {}

  void add_top(std::string_view value, std::optional<Split> split) {
    if (value.starts_with('[')) {
      add_records(value, "", split);
    } else if (value.starts_with('{')) {
      add_object(value, split);
    } else {
      text_.place(value).fail("not a JSON object or array, but '" +
                              printable(std::string(value.substr(0, 40))) +
                              "'; a table is read by csv:PATH");
    }
  }

 private:
  /// Elements of an array: records, or the name of a split in front.
  void add_records(std::string_view array, const std::string& key, std::optional<Split> split) {
    text_.for_each_element(array, [&](size_t index, std::string_view value) {
      add_element(value, key + "[" + std::to_string(index) + "]", split);
    });
  }

  void add_element(std::string_view value, const std::string& element, std::optional<Split> split) {
    const RecordPlace place = text_.place(value, element);
    if (!value.starts_with('{')) {
      place.fail("not an object, but '" + printable(std::string(value.substr(0, 40))) + "'");
    }
    add_record(text_.parse(value, element), place, split, rows_);
  }

  void add_object(std::string_view object, std::optional<Split> split) {
    const JsonMembers members(text_, object);
    const std::string_view images = members.value("images");
    if (images.starts_with('[')) {
      const bool coco = members.value("annotations").starts_with('[') &&
                        !has_captions(text_.first_element(images));
      return coco ? add_coco(text_, object, split, rows_) : add_records(images, "images", split);
    }
    for (const char* key :
         {"annotations", "data", "records", "rows", "items", "samples", "results", "predictions"}) {
      const std::string_view list = members.value(key);
      if (list.starts_with('[') && text_.first_element(list).starts_with('{')) {
        return add_records(list, key, split);
      }
    }
    const std::string_view names = members.first_value(image_fields());
    const bool captions = !members.first_value(caption_fields()).empty() ||
                          !members.first_value(captions_fields()).empty();
    if (names.starts_with('[') || (names.starts_with('{') && captions && !is_file(names))) {
      add_columns(object, split);
    } else if (!names.empty() && (captions || !names.starts_with('{'))) {
      add_element(object, "", split);
    } else {
      add_dictionary(members, split);
    }
  }

  /// {"image": {"0": "p.jpg", ...}, "caption": {"0": "...", ...}} or arrays, as pandas writes them.
  void add_columns(std::string_view object, std::optional<Split> split) {
    const RecordPlace place = text_.place(object);
    const json table = text_.parse(object);
    std::vector<json> records;
    std::map<std::string, size_t> row_of;
    for (const auto& [title, cells] : table.items()) {
      if (!cells.is_structured()) place.fail("\"" + printable(title) + "\" is no column");
      for (const auto& [row, cell] : cells.items()) {
        const auto [known, is_new] = row_of.try_emplace(row, records.size());
        if (is_new) records.push_back(json::object());
        records[known->second][title] = cell;
      }
    }
    for (const json& record : records) add_record(record, place, split, rows_);
  }

  /// {"p.jpg": "..." or [...] or {...}, ...} or {"train": [...] or {...}, ...}.
  void add_dictionary(const JsonMembers& members, std::optional<Split> split) {
    for (const auto& [key, value] : members) {
      const auto named = split_named(key);
      if (named && (value.starts_with('{') || lists_records(value))) {
        add_top(value, named);
        continue;
      }
      const RecordPlace place = text_.place(value, "\"" + printable(key, 100) + "\"");
      json record = text_.parse(value, place.element);
      if (!record.is_object()) record = json{{"captions", std::move(record)}};
      const auto captions = caption_members(record);
      const auto own = split_member(record, place);
      if (!captions.empty() || has_picture_extension(key)) {
        rows_.add(key, own ? own : split, captions);
      } else if (passed_over_++ == 0) {
        example_ = place.text();
      }
    }
    if (passed_over_ > 0) {
      rows_.note(std::to_string(passed_over_) + " members without captions, such as " + example_ +
                 ", are left out");
    }
  }

  /// {"path": "p.jpg", "bytes": null}, as the Hugging Face library writes a picture.
  bool is_file(std::string_view object) const {
    const JsonMembers members(text_, object);
    return !members.value("path").empty() || !members.value("file_name").empty();
  }
  /// An array of objects that are more than sentences.
  bool lists_records(std::string_view value) const {
    if (!value.starts_with('[')) return false;
    const std::string_view first = text_.first_element(value);
    return first.starts_with('{') && !JsonMembers(text_, first).first_value(image_fields()).empty();
  }
  bool has_captions(std::string_view record) const {
    return record.starts_with('{') && !caption_members(text_.parse(record)).empty();
  }

  const JsonText& text_;
  Rows& rows_;
  size_t passed_over_ = 0;
  std::string example_;
};

}  // namespace

void add_record(const json& record, const RecordPlace& place, std::optional<Split> split,
                Rows& rows) {
  const auto own = split_member(record, place);
  const std::string name = picture_member(record, place);
  rows.add(name, own ? own : split, caption_members(record));
  if (record.contains("cocoid")) rows.number(name, id_member(record, "cocoid", place));
}

void add_json(const JsonText& text, std::optional<Split> split, Rows& rows) {
  LayoutReader reader(text, rows);
  text.for_each_value([&](std::string_view value) { reader.add_top(value, split); });
  rows.note(text.note());
}

}  // namespace storyteller
