#include <algorithm>
#include <memory>
#include <string>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/ascii.h"
#include "core/text/line_reader.h"
#include "train/data/formats/formats.h"
#include "train/data/formats/json_layouts.h"
#include "train/data/formats/set_files.h"
#include "train/data/listed_dataset.h"
#include "train/text/caption_members.h"

namespace storyteller {

namespace fs = std::filesystem;

namespace {

using nlohmann::json;

/// The object of a line; what JSON does not know is mended, and counted in `mended`.
json parse_line(std::string_view line, const RecordPlace& place, size_t* mended) {
  json record = json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (record.is_discarded()) {
    std::string copy(line);
    if (!mend_json(&copy).empty()) ++*mended;
    try {
      record = json::parse(copy);
    } catch (const json::exception& error) {
      place.fail("not a JSON object: " + json_problem(error, line));
    }
  }
  if (!record.is_object()) {
    place.fail(std::string("not a JSON object, but a JSON ") + record.type_name() +
               "; JSON lines are objects, see docs/your-own-data.md");
  }
  return record;
}

void add_json_lines(const CaptionsFile& file, Rows& rows) {
  LineReader lines(file.file);
  size_t mended = 0;
  for (std::string_view line; lines.next(&line);) {
    if (trimmed(line).empty()) continue;
    const RecordPlace place{.file = lines.name(), .line = lines.number()};
    const json record = parse_line(line, place, &mended);
    add_record(record, place, file.split, rows);
  }
  if (mended > 0) {
    rows.note(lines.name() + ": " + std::to_string(mended) +
              " lines hold NaN, a comma too many or half of a surrogate pair (a broken emoji), "
              "which JSON does not know; they were mended");
  }
}

/// Whether a file is JSON of several lines, or of one that is no record: its first line is no
/// complete object, or the only one and without a picture. A pipe can be read once, and is lines.
bool is_document(const fs::path& file) {
  std::error_code failure;
  if (!fs::is_regular_file(file, failure)) return false;
  constexpr size_t kLooked = size_t{1} << 16U;
  TextSource source(file);
  std::string text;
  bool more = true;
  while (text.size() < kLooked && more) more = source.read(&text);
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos || (text[first] != '{' && text[first] != '[')) return false;
  if (text[first] == '[') return true;
  const size_t end = text.find_first_of("\r\n", first);
  if (end == std::string::npos && more) return true;
  std::string line = text.substr(first, end - first);
  mend_json(&line);
  const json record = json::parse(line, nullptr, /*allow_exceptions=*/false);
  const bool alone =
      !more && text.find_first_not_of(" \t\r\n", first + line.size()) == std::string::npos;
  if (!alone) {
    // A broken first line does not make a document of lines that are objects each.
    const size_t next = text.find_first_not_of(" \t\r\n", first + line.size());
    const size_t behind = text.find_first_of("\r\n", std::min(next, text.size()));
    return record.is_discarded() &&
           (next == std::string::npos ||
            !json::parse(text.substr(next, behind - next), nullptr, false).is_object());
  }
  if (!record.is_object() || record.empty()) return false;
  try {
    picture_member(record, {});
  } catch (const InputError&) {
    return true;
  }
  return caption_members(record).empty();
}

void require_captions(const Rows& rows, const CaptionsFiles& set) {
  if (rows.rows() == 0 || rows.captions() > 0) return;
  throw InputError(printable(set.files.front().file.string(), 400) + ": none of the " +
                   std::to_string(rows.rows()) +
                   " records has a caption (\"caption\", \"captions\", \"text\", ...); see "
                   "docs/your-own-data.md");
}

std::unique_ptr<Dataset> open_files(const CaptionsFiles& set, Split split,
                                    const OpenOptions& options) {
  Rows rows(split);
  rows.note(set.note);
  for (const CaptionsFile& file : set.files) {
    rows.put_below(file.folder);
    if (is_document(file.file)) {
      add_json(JsonText::of_file(file.file), file.split, rows);
    } else {
      add_json_lines(file, rows);
    }
  }
  require_captions(rows, set);
  return listed_rows(set, std::move(rows), options);
}

}  // namespace

std::unique_ptr<Dataset> open_jsonl(const fs::path& path, Split split, const OpenOptions& options) {
  return open_files(
      captions_files(path,
                     {"captions.jsonl", "metadata.jsonl", "captions.json", "metadata.json",
                      "data.jsonl", "data.json", "dataset.json", "annotations.json"},
                     {".jsonl", ".json", ".ndjson", ".jsonl.gz", ".json.gz"}),
      split, options);
}

}  // namespace storyteller
