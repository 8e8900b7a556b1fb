#include "train/metrics/files/per_caption.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/atomic_file.h"
#include "core/system/printable.h"
#include "core/text/ascii.h"
#include "core/text/base64.h"
#include "core/text/json_line.h"
#include "core/text/json_name.h"
#include "core/text/utf8.h"
#include "train/metrics/files/score_json.h"

namespace storyteller {
namespace {

bool ends_in(const std::filesystem::path& path, const char* extension) {
  return lower_case(path.extension().string()) == extension;
}

/// The shortest text that reads back to the same bits; nothing of a score that is absent.
std::string exact(double value) {
  if (std::isnan(value)) return "";
  std::array<char, 32> buffer;
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), result.ptr};
}

/// A field between quotes, quotes doubled; line ends inside stay, NUL does not.
std::string csv_field(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const std::string_view before = text;
    const char32_t c = take_character(&text);
    if (c == kReplacementCharacter || c == 0) {
      out += "\uFFFD";
    } else if (c == '"') {
      out += "\"\"";
    } else {
      out += before.substr(0, before.size() - text.size());
    }
  }
  return out += '"';
}

/// A last column image_id_bytes, as set_name gives it, where an id is not UTF-8.
std::string as_csv(const CaptionPairs& pairs, const CaptionScores& scores,
                   const std::vector<ScoreColumn>& columns) {
  std::string out = "image_id,caption";
  for (const ScoreColumn& column : columns) out.append(",").append(column.key);
  for (size_t k = 1; k < kSpiceCategories && scores.spice_categories; ++k) {
    out += ",spice_" + spice_key(static_cast<SpiceCategory>(k));
  }
  const bool bytes = !std::all_of(pairs.images.begin(), pairs.images.end(),
                                  [](const CaptionPairs::Image& i) { return is_utf8(i.id); });
  if (bytes) out += ",image_id_bytes";
  out += "\r\n";
  for (size_t i = 0; i < pairs.captions.size(); ++i) {
    const CaptionPairs::Image& image = pairs.images[pairs.image_of[i]];
    out += (image.number ? image.id : csv_field(image.id)) + ',' + csv_field(pairs.captions[i]);
    for (const ScoreColumn& column : columns) out += ',' + exact(column.of(scores.each[i]));
    for (size_t k = 1; k < kSpiceCategories && scores.spice_categories; ++k) {
      const std::optional<double> f1 = scores.spice_counts[i].f1(static_cast<SpiceCategory>(k));
      out += ',' + (f1 ? exact(*f1) : std::string());
    }
    if (bytes) out += ',' + (is_utf8(image.id) ? std::string() : base64(image.id));
    out += "\r\n";
  }
  return out;
}

/// The id as it was written: a number where it is one that JSON's readers hold.
void set_id(nlohmann::ordered_json& json, const CaptionPairs::Image& image) {
  int64_t number = 0;
  const char* end = image.id.data() + image.id.size();
  const auto result = std::from_chars(image.id.data(), end, number);
  if (image.number && result.ec == std::errc() && result.ptr == end) {
    json["image_id"] = number;
  } else {
    set_name(json, "image_id", image.id);
  }
}

std::string as_json(const CaptionPairs& pairs, const CaptionScores& scores,
                    const std::vector<ScoreColumn>& columns) {
  auto all = nlohmann::ordered_json::array();
  for (size_t i = 0; i < pairs.captions.size(); ++i) {
    nlohmann::ordered_json one;
    set_id(one, pairs.images[pairs.image_of[i]]);
    one["caption"] = pairs.captions[i];
    for (const ScoreColumn& column : columns)
      one[std::string(column.key)] = column.of(scores.each[i]);
    if (scores.spice_categories) {
      one["spice_categories"] = spice_category_json(scores.spice_counts[i].f1_by_category());
    }
    all.push_back(std::move(one));
  }
  return json_document(all);
}

}  // namespace

PerCaptionForm per_caption_form(const std::filesystem::path& path) {
  if (ends_in(path, ".csv")) return PerCaptionForm::kCsv;
  if (ends_in(path, ".json")) return PerCaptionForm::kJson;
  throw UsageError("`per_image` " + printable_path(path.string()) +
                   ": name a file that ends in .csv or .json");
}

void write_per_caption(const std::filesystem::path& path, const CaptionPairs& pairs,
                       const CaptionScores& scores, MetricSet metrics) {
  const bool table = per_caption_form(path) == PerCaptionForm::kCsv;
  const auto columns = score_columns(metrics);
  write_file_atomically(path,
                        table ? as_csv(pairs, scores, columns) : as_json(pairs, scores, columns));
}

}  // namespace storyteller
