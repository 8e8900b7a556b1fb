#include "train/data/formats/rows.h"

#include <xxhash.h>

namespace storyteller {

Split split_by_name(std::string_view name) {
  const uint64_t share = XXH3_64bits(name.data(), name.size()) % 20;
  return share == 0 ? Split::kVal : share == 1 ? Split::kTest : Split::kTrain;
}

size_t Rows::add_picture(std::string_view name, std::optional<Split> split) {
  named_ = named_ || split.has_value();
  return list_.add(name, split.value_or(Split::kTrain));
}

PictureList Rows::take() {
  if (!named_) list_.divide(split_by_name);
  return std::move(list_);
}

}  // namespace storyteller
