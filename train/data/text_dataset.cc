#include "train/data/text_dataset.h"

#include <utility>

#include <xxhash.h>

#include "core/error.h"
#include "core/system/printable.h"

namespace storyteller {

TextDataset::TextDataset(std::vector<Entry> entries, std::string source,
                         std::vector<std::string> notes)
    : entries_(std::move(entries)), source_(std::move(source)), notes_(std::move(notes)) {
  const auto add = [&](const std::string& text) {
    // With its end, so that "ab", "c" is not "a", "bc".
    fingerprint_ = XXH3_64bits_withSeed(text.c_str(), text.size() + 1, fingerprint_);
  };
  for (const Entry& entry : entries_) {
    add(entry.id);
    for (const std::string& caption : entry.captions) add(caption);
  }
}

Image TextDataset::load(size_t i, std::vector<std::string>* /*warnings*/) const {
  throw InputError(source_ + ": '" + printable(entries_[i].id) +
                   "' has captions alone and no picture");
}

std::string TextDataset::picture_bytes(size_t i) const {
  load(i);
  return {};
}

}  // namespace storyteller
