#include "tools/apps/explain/occlusion.h"

#include <algorithm>
#include <array>

namespace storyteller::explain {
namespace {

constexpr float kGray = 128;  // of 255

Tensor pictures_of(const Preprocessing& preprocessing, const std::vector<float>& values) {
  const std::int64_t size = std::int64_t{3} * preprocessing.width * preprocessing.height;
  return Tensor::from(
      {std::ssize(values) / size, preprocessing.height, preprocessing.width, std::int64_t{3}},
      values, Device::cpu());
}

}  // namespace

std::vector<float> covered(std::span<const float> input, const Preprocessing& preprocessing,
                           std::int64_t region, std::int64_t rows, std::int64_t columns) {
  std::vector<float> picture(input.begin(), input.end());
  const std::int64_t height = preprocessing.height, width = preprocessing.width;
  const std::int64_t row = region / columns, column = region % columns;
  std::array<float, 3> gray{};
  for (std::size_t c = 0; c < gray.size(); ++c) {
    gray[c] = (kGray - preprocessing.mean[c]) * preprocessing.scale[c];
  }
  for (std::int64_t y = row * height / rows; y < (row + 1) * height / rows; ++y) {
    for (std::int64_t x = column * width / columns; x < (column + 1) * width / columns; ++x) {
      std::ranges::copy(gray, picture.begin() + (y * width + x) * 3);
    }
  }
  return picture;
}

Occlusion occlude(Captioner& captioner, std::span<const float> input,
                  std::span<const std::int32_t> words, std::size_t place,
                  const SearchOptions& search) {
  const Preprocessing& preprocessing = captioner.preprocessing();
  const std::int64_t rows = captioner.encoder().grid_rows();
  const std::int64_t columns = captioner.encoder().grid_columns();
  const std::span<const std::int32_t> asked = words.first(place + 1);
  const auto encoded = [&](const std::vector<float>& values) {
    return captioner.encode_input(pictures_of(preprocessing, values));
  };
  const float whole =
      captioner.log_probabilities(encoded({input.begin(), input.end()}), asked, search)
          .front()
          .back();
  Occlusion occlusion;
  for (std::int64_t first = 0; first < rows * columns; first += kCoveredTogether) {
    std::vector<float> values;
    for (std::int64_t r = first; r < std::min(first + kCoveredTogether, rows * columns); ++r) {
      const std::vector<float> picture = covered(input, preprocessing, r, rows, columns);
      values.insert(values.end(), picture.begin(), picture.end());
    }
    const Tensor features = encoded(values);
    for (const auto& said : captioner.log_probabilities(features, asked, search)) {
      occlusion.change.push_back(said.back() - whole);
    }
    for (const Caption& caption : captioner.caption(features, search)) {
      occlusion.sentences.push_back(captioner.sentence(caption));
    }
  }
  return occlusion;
}

}  // namespace storyteller::explain
