#include <algorithm>
#include <string>

#include "core/did_you_mean.h"
#include "core/error.h"
#include "train/data/dataset.h"
#include "train/data/flickr8k_dataset.h"
#include "train/data/scenes_dataset.h"

namespace storyteller {

Split parse_split(std::string_view name) {
  if (name == "train") return Split::kTrain;
  if (name == "val" || name == "dev") return Split::kVal;
  if (name == "test") return Split::kTest;
  throw UsageError("unknown split '" + std::string(name) + "' (known: train, val, test)" +
                   did_you_mean(name, {"train", "val", "test"}));
}

std::string_view split_name(Split split) {
  return split == Split::kTrain ? "train" : split == Split::kVal ? "val" : "test";
}

std::unique_ptr<Dataset> open_dataset(std::string_view specification, Split split,
                                      const MaxBad& max_bad) {
  const size_t colon = specification.find(':');
  const std::string format(specification.substr(0, colon));
  const std::string_view path =
      colon == std::string_view::npos ? std::string_view() : specification.substr(colon + 1);
  if (format == "scenes") return open_scenes(path, split);
  if (format == "flickr8k") {
    if (path.empty()) {
      throw UsageError("--data flickr8k needs its folder: flickr8k:DIR");
    }
    return std::make_unique<Flickr8kDataset>(std::filesystem::path(path), split, max_bad);
  }
  throw UsageError("unknown data format '" + format +
                   "' (known: scenes[:key=value,...], flickr8k:DIR)" +
                   did_you_mean(format, {"scenes", "flickr8k"}));
}

}  // namespace storyteller
