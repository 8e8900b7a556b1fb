#include "train/data/shared_pictures.h"

#include <utility>

#include "train/data/split_overlap.h"

namespace storyteller {
namespace {

using Part = JoinedDataset::Part;

void add(std::string line, std::vector<std::string>* lines) {
  if (!line.empty()) lines->push_back(std::move(line));
}

}  // namespace

SharedPictures shared_pictures(const JoinedDataset& train,
                               std::span<const Part* const> validation) {
  SharedPictures shared;
  const std::vector<Part>& parts = train.parts();
  for (size_t b = 1; b < parts.size(); ++b) {
    for (size_t a = 0; a < b; ++a) {
      const SplitOverlap both = pictures_in_both(*parts[b].dataset, *parts[a].dataset);
      add(both.sentence(parts[b].name, parts[a].name), &shared.trained);
    }
  }
  for (const Part* held_out : validation) {
    for (const Part& part : parts) {
      if (part.name == held_out->name) continue;  // told of each set by itself
      add(pictures_in_both(*held_out->dataset, *part.dataset)
              .note("val of " + held_out->name, "train of " + part.name),
          &shared.held_out);
    }
  }
  return shared;
}

}  // namespace storyteller
