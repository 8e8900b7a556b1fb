#include "train/data/pointing.h"

#include <algorithm>

namespace storyteller {

double mask_share(const std::vector<ObjectMask>& masks, const std::vector<int>& objects) {
  // Masks hold visible parts only, so they are disjoint and their areas add up.
  double share = 0;
  for (const int object : objects) {
    const std::vector<uint8_t>& inside = masks[object].inside;
    share += static_cast<double>(std::count(inside.begin(), inside.end(), uint8_t{1})) /
             static_cast<double>(inside.size());
  }
  return share;
}

bool points_at(const std::vector<ObjectMask>& masks, const std::vector<int>& objects,
               const float* attention, int rows, int columns) {
  const auto cell =
      static_cast<int>(std::max_element(attention, attention + rows * columns) - attention);
  const int row = cell / columns, column = cell % columns;
  return std::any_of(objects.begin(), objects.end(), [&](int object) {
    const ObjectMask& mask = masks[object];
    const int x = (2 * column + 1) * mask.width / (2 * columns);
    const int y = (2 * row + 1) * mask.height / (2 * rows);
    return mask.inside[static_cast<size_t>(y) * mask.width + x] != 0;
  });
}

void PointingScore::add(const std::vector<WordTarget>& targets,
                        const std::vector<ObjectMask>& masks, const float* attention, int rows,
                        int columns) {
  for (const WordTarget& target : targets) {
    const float* weights = attention + static_cast<size_t>(target.word) * rows * columns;
    ++words_;
    if (points_at(masks, target.objects, weights, rows, columns)) ++hits_;
    covered_ += mask_share(masks, target.objects);
  }
}

}  // namespace storyteller
