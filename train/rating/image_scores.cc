#include "train/rating/image_scores.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/printable.h"

namespace storyteller {
namespace {

using nlohmann::ordered_json;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr const char* kIdNames[] = {"image_id", "image", "id"};

void add_row(const std::string& id, std::vector<double> row, const std::string& where,
             ImageScores* scores) {
  if (!scores->values.emplace(id, std::move(row)).second) {
    throw InputError(where + ": image " + printable(id) +
                     " has scores already; a file holds one system's");
  }
}

/// A JSON object of one image.
void add_object(const ordered_json& object, const std::string& where, ImageScores* scores) {
  if (!object.is_object()) throw InputError(where + ": no object of one image's scores");
  for (const char* key : kIdNames) {
    const auto id = object.find(key);
    if (id == object.end()) continue;
    std::vector<double> row(scores->metrics.size(), kNan);
    for (const auto& [member, value] : object.items()) {
      if (member == key || !value.is_number()) continue;
      const auto metric = std::find(scores->metrics.begin(), scores->metrics.end(), member);
      const auto column = static_cast<size_t>(metric - scores->metrics.begin());
      if (metric == scores->metrics.end()) {
        scores->metrics.push_back(member);
        row.push_back(kNan);
      }
      row[column] = value.get<double>();
    }
    add_row(id->is_string() ? id->get<std::string>() : id->dump(), std::move(row), where, scores);
    return;
  }
  throw InputError(where + ": no image_id");
}

ordered_json parse_json(std::string_view text, const std::string& where) {
  try {
    return ordered_json::parse(text);
  } catch (const ordered_json::exception& error) {
    throw InputError(where + ": not JSON: " + printable(error.what(), 200));
  }
}

void add_list(const ordered_json& list, const std::string& name, ImageScores* scores) {
  if (!list.is_array()) throw InputError(name + ": no list of images' scores");
  size_t number = 0;
  for (const ordered_json& object : list) {
    add_object(object, name + ": element " + std::to_string(number++), scores);
  }
}

void add_json(std::string_view text, const std::string& name, ImageScores* scores) {
  if (text.starts_with('[')) return add_list(parse_json(text, name), name, scores);
  if (const ordered_json whole = ordered_json::parse(text, nullptr, false); whole.is_object()) {
    return whole.contains("images") ? add_list(whole["images"], name, scores)
                                    : add_object(whole, name, scores);
  }
  for (size_t line = 1; !text.empty(); ++line) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string where = name + ":" + std::to_string(line);
    if (text.substr(0, end).find_first_not_of(" \r\t") != std::string_view::npos) {
      add_object(parse_json(text.substr(0, end), where), where, scores);
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

/// Takes one record off `text` (RFC 4180: fields may be quoted, and then hold anything).
std::vector<std::string> take_record(std::string_view* text) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  while (!text->empty()) {
    const char c = text->front();
    text->remove_prefix(1);
    if (quoted) {
      if (c != '"') {
        fields.back() += c;
      } else if (text->starts_with('"')) {
        fields.back() += '"';
        text->remove_prefix(1);
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      fields.emplace_back();
    } else if (c == '\n') {
      break;
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  return fields;
}

std::optional<double> number_of(const std::string& field) {
  if (field.empty() || field == "nan" || field == "NaN") return kNan;
  double value = 0;
  const char* end = field.data() + field.size();
  const auto [at, error] = std::from_chars(field.data(), end, value);
  if (error != std::errc() || at != end) return std::nullopt;
  return value;
}

void add_csv(std::string_view text, const std::string& name, ImageScores* scores) {
  const std::vector<std::string> header = take_record(&text);
  const auto id = std::find_if(header.begin(), header.end(), [](const std::string& column) {
    return std::find(std::begin(kIdNames), std::end(kIdNames), column) != std::end(kIdNames);
  });
  if (id == header.end()) {
    throw InputError(name + ": the first line names no column image_id, image or id");
  }
  const auto id_column = static_cast<size_t>(id - header.begin());
  std::vector<std::vector<std::string>> records;
  while (!text.empty()) {
    std::vector<std::string> record = take_record(&text);
    if (record.size() == 1 && record[0].empty()) continue;
    if (record.size() != header.size()) {
      throw InputError(name + ": record " + std::to_string(records.size() + 1) + " has " +
                       std::to_string(record.size()) + " fields, the first line " +
                       std::to_string(header.size()));
    }
    records.push_back(std::move(record));
  }
  std::vector<size_t> columns;
  for (size_t c = 0; c < header.size(); ++c) {
    if (c == id_column || header[c] == "caption") continue;
    const bool numbers = std::all_of(records.begin(), records.end(), [&](const auto& record) {
      return number_of(record[c]).has_value();
    });
    if (!numbers) continue;
    columns.push_back(c);
    scores->metrics.push_back(header[c]);
  }
  for (const auto& record : records) {
    std::vector<double> row(columns.size());
    for (size_t m = 0; m < columns.size(); ++m) row[m] = *number_of(record[columns[m]]);
    add_row(record[id_column], std::move(row), name, scores);
  }
}

}  // namespace

ImageScores parse_image_scores(std::string_view text, const std::string& name) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const size_t begin = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  ImageScores scores;
  if (text.substr(begin).starts_with('[') || text.substr(begin).starts_with('{')) {
    add_json(text.substr(begin), name, &scores);
  } else {
    add_csv(text, name, &scores);
  }
  if (scores.metrics.empty() || scores.values.empty()) {
    throw InputError(name + ": no scores of images; expected image_id and numbers, as CSV or JSON");
  }
  for (auto& [image, row] : scores.values) row.resize(scores.metrics.size(), kNan);
  return scores;
}

}  // namespace storyteller
