#include <algorithm>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/ascii.h"
#include "core/text/line_reader.h"
#include "train/data/formats/formats.h"
#include "train/data/text_dataset.h"
#include "train/metrics/files/caption_file.h"
#include "train/text/caption_members.h"
#include "train/text/field_names.h"

namespace storyteller {
namespace {

/// Captions by the picture that they are of.
class Entries {
 public:
  void add(const std::string& id, const std::string& caption) {
    if (caption.empty()) return;
    const auto [found, is_new] = number_.try_emplace(id, entries_.size());
    if (is_new) entries_.push_back({.id = id, .captions = {}});
    entries_[found->second].captions.push_back(caption);
  }
  std::vector<TextDataset::Entry> take() { return std::move(entries_); }

 private:
  std::vector<TextDataset::Entry> entries_;
  std::unordered_map<std::string, size_t> number_;
};

bool is_json_lines(const std::filesystem::path& path) {
  const std::string name = path.filename().string();
  return name.ends_with(".jsonl") || name.ends_with(".jsonl.gz") || name.ends_with(".ndjson");
}

/// A line without a picture's name is of a picture of its own.
void add_json_lines(const std::filesystem::path& path, Entries& entries) {
  LineReader lines(path);
  for (std::string_view line; lines.next(&line);) {
    if (trimmed(line).empty()) continue;
    const auto record = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!record.is_object()) lines.fail("not a JSON object; JSON lines are objects");
    const bool named = std::ranges::any_of(
        image_fields(), [&](const std::string& field) { return record.contains(field); });
    const RecordPlace place{.file = lines.name(), .line = lines.number()};
    const std::string id =
        named ? picture_member(record, place) : "line " + std::to_string(lines.number());
    for (const std::string& caption : caption_members(record)) entries.add(id, caption);
  }
}

void add_file(const CaptionFile& file, Entries& entries) {
  for (const FiledCaption& caption : file.captions) {
    if (!caption.absent) entries.add(caption.image, caption.caption);
  }
}

}  // namespace

std::unique_ptr<Dataset> open_text(const std::filesystem::path& path, Split split,
                                   const OpenOptions& /*options*/) {
  const std::string source = printable_path(path.string());
  if (split != Split::kTrain) {
    throw NoSuchSplit(source + ": captions without pictures can be trained on alone");
  }
  Entries entries;
  std::vector<std::string> notes;
  if (is_json_lines(path)) {
    add_json_lines(path, entries);
  } else {
    const CaptionFile file = read_caption_file(path);
    notes = file.notes;
    add_file(file, entries);
  }
  std::vector<TextDataset::Entry> all = entries.take();
  if (all.empty()) throw InputError(source + ": holds no caption");
  return std::make_unique<TextDataset>(std::move(all), source, std::move(notes));
}

}  // namespace storyteller
