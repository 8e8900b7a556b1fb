#include "train/session/several_sets.h"

#include <algorithm>
#include <sstream>

#include "core/error.h"

namespace storyteller {

std::vector<SplitData> open_validation(std::span<const DataSet> sets, const MaxBad& max_bad,
                                       const std::function<void(const std::string&)>& message) {
  std::vector<SplitData> all;
  const bool several = sets.size() > 1;
  for (size_t s = 0; s < sets.size(); ++s) {
    try {
      all.emplace_back(sets.subspan(s, 1), Split::kVal, max_bad, several);
    } catch (const NoSuchSplit& error) {
      if (all.empty() && s + 1 == sets.size()) throw;
      if (!message) continue;
      message(std::string(error.what()) + "; this set is trained on and not validated");
    }
  }
  return all;
}

std::vector<std::string> lines_on_sets(std::span<const DataSet> sets, const SplitData& train) {
  std::vector<std::string> lines;
  if (train.joined() == nullptr) return lines;
  for (size_t s = 0; s < sets.size(); ++s) {
    const JoinedDataset::Part& part = train.joined()->parts()[s];
    size_t captions = 0;
    for (size_t i = part.begin; i < part.end(); ++i) captions += train.captions->captions_of(i);
    std::ostringstream line;
    line << sets[s].name << ": " << part.dataset->size() << " pictures, " << captions
         << " captions";
    if (sets[s].weight != 1) line << ", seen " << sets[s].weight << " times an epoch";
    lines.push_back(line.str());
  }
  return lines;
}

void require_each_set_readable(const SplitData& train, const BadPictures& bad, double share) {
  if (train.joined() == nullptr) return;
  for (const JoinedDataset::Part& part : train.joined()->parts()) {
    const std::string prefix = part.prefix();
    const auto count = static_cast<size_t>(
        std::count_if(bad.all().begin(), bad.all().end(),
                      [&](const BadPicture& picture) { return picture.name.starts_with(prefix); }));
    const size_t most =
        MaxBad{.share = share}.of(part.dataset->size() + part.dataset->skipped().count());
    if (count <= most) continue;
    throw InputError("data set '" + part.name + "': " + std::to_string(count) +
                     " unusable pictures (more than " + std::to_string(most) +
                     " tolerated; `max_bad` raises that): " + bad.summary());
  }
}

}  // namespace storyteller
