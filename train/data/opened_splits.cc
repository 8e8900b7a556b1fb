#include "train/data/opened_splits.h"

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "train/data/split_overlap.h"

namespace storyteller {

std::vector<OpenedSplit> open_splits(const std::string& specification, const std::string& wanted,
                                     const OpenOptions& options) {
  if (wanted.empty() && specification.ends_with(":-")) {
    throw UsageError("a stream can be read once: name its `split`");
  }
  std::vector<OpenedSplit> all;
  if (!wanted.empty()) {
    const Split split = parse_split(wanted);
    all.push_back({.split = split, .dataset = open_dataset(specification, split, options)});
    return all;
  }
  size_t opened = 0;
  for (const Split split : {Split::kTrain, Split::kVal, Split::kTest}) {
    OpenedSplit one{.split = split, .dataset = nullptr};
    try {
      one.dataset = open_dataset(specification, split, options);
      ++opened;
    } catch (const InputError& error) {
      one.problem = error.what();
      one.broken = dynamic_cast<const NoSuchSplit*>(&error) == nullptr;
    }
    all.push_back(std::move(one));
  }
  if (opened == 0) throw InputError(all.front().problem);
  return all;
}

void require_unbroken(const std::vector<OpenedSplit>& splits) {
  std::string problems;
  for (const OpenedSplit& opened : splits) {
    if (!opened.broken) continue;
    problems += (problems.empty() ? "" : "; ") + std::string(split_name(opened.split)) +
                " cannot be used: " + opened.problem;
  }
  if (!problems.empty()) throw InputError(problems);
}

std::vector<std::string> notes_of(const std::vector<OpenedSplit>& splits, size_t index,
                                  bool by_contents) {
  std::vector<std::string> notes = splits[index].dataset->notes();
  const NamedSplit held_out{*splits[index].dataset, split_name(splits[index].split)};
  for (size_t earlier = 0; earlier < index; ++earlier) {
    if (!splits[earlier].dataset) continue;
    const NamedSplit other{*splits[earlier].dataset, split_name(splits[earlier].split)};
    const std::string note =
        by_contents ? overlap_by_contents(held_out, other) : overlap_by_name(held_out, other);
    // Lists of names say the same by themselves.
    const bool said = std::find(notes.begin(), notes.end(), note) != notes.end();
    if (!note.empty() && !said) notes.push_back(note);
  }
  return notes;
}

}  // namespace storyteller
