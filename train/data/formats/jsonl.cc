#include <array>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/printable.h"
#include "train/data/formats/caption_members.h"
#include "train/data/formats/formats.h"
#include "train/data/formats/json_records.h"
#include "core/text/line_reader.h"
#include "train/data/formats/rows.h"
#include "train/data/listed_dataset.h"

namespace storyteller {

namespace fs = std::filesystem;

namespace {

std::string picture_name(const nlohmann::json& record, const RecordPlace& place) {
  for (const char* key : {"image", "file_name", "filename", "path"}) {
    if (auto name = optional_string(record, key, place)) return *std::move(name);
  }
  place.fail("no \"image\" (or \"file_name\", \"filename\", \"path\") in the object");
}

std::optional<Split> split_member(const nlohmann::json& record, const RecordPlace& place) {
  const auto member = record.find("split");
  if (member == record.end() || member->is_null()) return std::nullopt;
  return named_split(*optional_string(record, "split", place), place);
}

}  // namespace

std::unique_ptr<Dataset> open_jsonl(const fs::path& path, Split split, const OpenOptions& options) {
  const fs::path file = table_file(path, {"captions.jsonl", "metadata.jsonl"});
  LineReader lines(file);
  Rows rows(split);
  for (std::string_view line; lines.next(&line);) {
    if (trimmed(line).empty()) continue;
    const RecordPlace place{.file = lines.name(), .line = lines.number()};
    nlohmann::json record = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!record.is_object()) place.fail("not a JSON object");
    const size_t picture =
        rows.add_picture(picture_name(record, place), split_member(record, place));
    for (const std::string& caption : caption_members(record, place)) {
      rows.add_caption(picture, caption);
    }
  }
  return listed_beside(file, lines.name(), rows.take(), options);
}

}  // namespace storyteller
