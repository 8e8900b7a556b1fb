#include "train/data/bad_pictures.h"

#include <algorithm>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/phrase.h"

namespace storyteller {

size_t MaxBad::of(size_t total) const {
  return std::max(least, static_cast<size_t>(share * static_cast<double>(total)));
}

void BadPictures::record(const std::string& name, const std::string& reason) {
  if (!names_.insert(name).second) return;
  all_.push_back({name, reason});
  if (all_.size() > most_) {
    throw InputError("too many unusable pictures (more than " + std::to_string(most_) +
                     " tolerated; `max_bad` raises that): " + summary());
  }
}

void BadPictures::record_all(const BadPictures& others, const std::string& prefix) {
  for (const BadPicture& bad : others.all_) record(prefix + bad.name, bad.reason);
}

std::string BadPictures::summary() const {
  constexpr size_t kNamed = 3;
  if (all_.empty()) return "";
  std::string text = counted(all_.size(), "picture skipped: ", "pictures skipped: ");
  for (size_t i = 0; i < std::min(kNamed, all_.size()); ++i) {
    text += (i > 0 ? ", " : "") + printable(all_[i].name) + " (" + all_[i].reason + ")";
  }
  return all_.size() > kNamed ? text + ", ..." : text;
}

}  // namespace storyteller
