#include "train/data/split_overlap.h"

#include <optional>
#include <unordered_map>
#include <vector>

#include <xxhash.h>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/phrase.h"

namespace storyteller {
namespace {

/// Nothing where it cannot be read: then the names have to do, and `verify` names it as bad.
std::optional<uint64_t> contents_hash(const Dataset& dataset, size_t picture) {
  try {
    const std::string bytes = dataset.picture_bytes(picture);
    return XXH3_64bits(bytes.data(), bytes.size());
  } catch (const InputError&) {
    return std::nullopt;
  }
}

}  // namespace

void SplitOverlap::add(std::string_view name, std::string_view twin) {
  if (twin == name) twin = {};
  const bool first = pictures_++ == 0;
  const bool telling = twin.empty() == twin_.empty() ? name < name_ : twin_.empty();
  if (!first && !telling) return;
  name_ = name;
  twin_ = twin;
}

std::string SplitOverlap::sentence(std::string_view held_out, std::string_view other) const {
  if (pictures_ == 0) return "";
  std::string text =
      std::to_string(pictures_) + (pictures_ == 1 ? " picture of " : " pictures of ");
  text.append(held_out).append(pictures_ == 1 ? " is in " : " are in ").append(other);
  text.append(" too, such as ").append(printable(name_));
  if (!twin_.empty()) text.append(" (there ").append(printable(twin_)).append(")");
  return text;
}

std::string SplitOverlap::note(std::string_view held_out, std::string_view other) const {
  const std::string text = sentence(held_out, other);
  if (text.empty()) return "";
  return text + ": scores on " + std::string(held_out) + " will be too good";
}

std::string overlap_by_name(const NamedSplit& held_out, const NamedSplit& other) {
  // Names that many pictures share are taken for the same after so many were read.
  constexpr size_t kRead = 200;
  std::unordered_map<std::string, size_t> by_name;
  for (size_t i = 0; i < held_out.dataset.size(); ++i) by_name[held_out.dataset.id(i)] = i;
  size_t read = 0, equal = 0;
  SplitOverlap overlap;
  for (size_t i = 0; i < other.dataset.size(); ++i) {
    const auto found = by_name.find(other.dataset.id(i));
    if (found == by_name.end()) continue;
    if (read < kRead) {
      ++read;
      if (contents_hash(held_out.dataset, found->second) != contents_hash(other.dataset, i)) {
        continue;
      }
      ++equal;
    } else if (equal == 0) {
      continue;  // names say nothing here: every archive counts from 0
    }
    overlap.add(found->first);
  }
  return overlap.note(held_out.name, other.name);
}

SplitOverlap pictures_in_both(const Dataset& held_out, const Dataset& other) {
  std::unordered_map<uint64_t, std::vector<size_t>> by_size;
  for (size_t i = 0; i < held_out.size(); ++i) {
    const uint64_t bytes = held_out.stored_bytes(i);
    if (bytes > 0) by_size[bytes].push_back(i);
  }
  std::unordered_map<uint64_t, size_t> by_hash;  // of what was read of held_out
  SplitOverlap overlap;
  for (size_t i = 0; i < other.size(); ++i) {
    const auto same_size = by_size.find(other.stored_bytes(i));
    if (same_size == by_size.end()) continue;
    for (const size_t picture : same_size->second) {
      if (const auto hash = contents_hash(held_out, picture)) by_hash[*hash] = picture;
    }
    same_size->second.clear();  // once
    const auto hash = contents_hash(other, i);
    const auto found = hash ? by_hash.find(*hash) : by_hash.end();
    if (found == by_hash.end()) continue;
    overlap.add(held_out.id(found->second), other.id(i));
    by_hash.erase(found);  // counted
  }
  return overlap;
}

std::string overlap_by_contents(const NamedSplit& held_out, const NamedSplit& other) {
  return pictures_in_both(held_out.dataset, other.dataset).note(held_out.name, other.name);
}

}  // namespace storyteller
