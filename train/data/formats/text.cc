#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/system/printable.h"
#include "train/data/formats/formats.h"
#include "train/data/text_dataset.h"
#include "train/metrics/files/caption_file.h"

namespace storyteller {
namespace {

std::vector<TextDataset::Entry> entries_of(const CaptionFile& file) {
  std::vector<TextDataset::Entry> entries;
  std::unordered_map<std::string, size_t> number;
  for (const FiledCaption& caption : file.captions) {
    if (caption.absent || caption.caption.empty()) continue;
    const auto [found, is_new] = number.try_emplace(caption.image, entries.size());
    if (is_new) entries.push_back({.id = caption.image, .captions = {}});
    entries[found->second].captions.push_back(caption.caption);
  }
  return entries;
}

}  // namespace

std::unique_ptr<Dataset> open_text(const std::filesystem::path& path, Split split,
                                   const OpenOptions& /*options*/) {
  const std::string source = printable_path(path.string());
  if (split != Split::kTrain) {
    throw NoSuchSplit(source + ": captions without pictures can be trained on alone");
  }
  const CaptionFile file = read_caption_file(path);
  std::vector<TextDataset::Entry> entries = entries_of(file);
  if (entries.empty()) throw InputError(source + ": holds no caption");
  return std::make_unique<TextDataset>(std::move(entries), source, file.notes);
}

}  // namespace storyteller
