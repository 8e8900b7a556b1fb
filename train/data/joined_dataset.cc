#include "train/data/joined_dataset.h"

#include <algorithm>
#include <utility>

#include <xxhash.h>

#include "core/error.h"

namespace storyteller {

JoinedDataset::JoinedDataset(std::vector<Part> parts) : parts_(std::move(parts)) {
  if (parts_.empty()) throw InternalError("JoinedDataset: of nothing");
  size_t begin = 0;
  for (Part& part : parts_) {
    part.begin = begin;
    begin = part.end();
    skipped_.record_all(part.dataset->skipped(), part.prefix());
  }
}

const JoinedDataset::Part& JoinedDataset::part_of(size_t i) const {
  const auto behind =
      std::upper_bound(parts_.begin(), parts_.end(), i,
                       [](size_t index, const Part& part) { return index < part.begin; });
  return *std::prev(behind);
}

std::string JoinedDataset::id(size_t i) const {
  const Part& part = part_of(i);
  return part.prefix() + part.dataset->id(i - part.begin);
}

std::vector<std::string> JoinedDataset::captions(size_t i) const {
  const Part& part = part_of(i);
  return part.dataset->captions(i - part.begin);
}

bool JoinedDataset::has_picture(size_t i) const {
  const Part& part = part_of(i);
  return part.dataset->has_picture(i - part.begin);
}

Image JoinedDataset::load(size_t i, std::vector<std::string>* warnings) const {
  const Part& part = part_of(i);
  return part.dataset->load(i - part.begin, warnings);
}

std::string JoinedDataset::picture_bytes(size_t i) const {
  const Part& part = part_of(i);
  return part.dataset->picture_bytes(i - part.begin);
}

uint64_t JoinedDataset::stored_bytes(size_t i) const {
  const Part& part = part_of(i);
  return part.dataset->stored_bytes(i - part.begin);
}

std::vector<ObjectMask> JoinedDataset::object_masks(size_t i) const {
  const Part& part = part_of(i);
  return part.dataset->object_masks(i - part.begin);
}

std::vector<WordTarget> JoinedDataset::word_targets(size_t i,
                                                    const std::vector<std::string>& tokens) const {
  const Part& part = part_of(i);
  return part.dataset->word_targets(i - part.begin, tokens);
}

uint64_t JoinedDataset::fingerprint() const {
  uint64_t hash = 0;
  for (const Part& part : parts_) {
    const uint64_t of_part = part.dataset->fingerprint();
    hash = XXH3_64bits_withSeed(&of_part, sizeof of_part, hash);
  }
  return hash;
}

std::vector<std::string> JoinedDataset::notes() const {
  std::vector<std::string> all;
  for (const Part& part : parts_) {
    for (const std::string& note : part.dataset->notes()) all.push_back(part.name + ": " + note);
  }
  return all;
}

}  // namespace storyteller
