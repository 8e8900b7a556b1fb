#include "tools/render/attention_overlay.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "core/error.h"
#include "tools/render/color_map.h"

namespace storyteller {
namespace {

constexpr float kFocusOverMean = 4;  // a peak of this many times the mean counts as a clear focus
constexpr float kDim = 0.5F;         // what is left of the light outside of the focus
constexpr float kTint = 0.42F;       // how much of the map's colour covers the focus

/// The four weights of the uniform cubic B-spline at fraction t in [0, 1) of a knot interval.
std::array<float, 4> spline_weights(float t) {
  const float s = 1 - t;
  return {s * s * s / 6, (3 * t * t * t - 6 * t * t + 4) / 6, (3 * s * s * s - 6 * s * s + 4) / 6,
          t * t * t / 6};
}

/// Where an output position falls among `cells`: four neighbours, the border repeated.
struct Tap {
  std::array<int, 4> cell;
  std::array<float, 4> weight;
};

std::vector<Tap> taps_for(int cells, int size) {
  std::vector<Tap> taps(size);
  for (int i = 0; i < size; ++i) {
    const float position = (static_cast<float>(i) + 0.5F) * cells / size - 0.5F;
    const float base = std::floor(position);
    taps[i].weight = spline_weights(position - base);
    for (int k = 0; k < 4; ++k) {
      taps[i].cell[k] = std::clamp(static_cast<int>(base) - 1 + k, 0, cells - 1);
    }
  }
  return taps;
}

float valid(float weight) { return weight > 0 && std::isfinite(weight) ? weight : 0; }

void check(const AttentionMap& map) {
  if (map.width > 0 && map.height > 0 && map.weights != nullptr) return;
  throw InternalError("attention map of " + std::to_string(map.width) + "x" +
                      std::to_string(map.height) + " regions is empty");
}

/// In place: to [0, 1] as the header says. `mean` is that of the map's weights.
void show_focus(float mean, std::vector<float>* values) {
  const auto [least, most] = std::minmax_element(values->begin(), values->end());
  const float ceiling = std::max(*most, kFocusOverMean * mean);
  const float decided = ceiling > 0 ? *most / ceiling : 0;  // 1: has a clear focus
  const float floor = *least * decided;
  const float scale = ceiling > floor ? 1 / (ceiling - floor) : 0;
  for (float& value : *values) value = std::clamp((value - floor) * scale, 0.0F, 1.0F);
}

std::uint8_t mixed(float below, float above, float amount) {
  return static_cast<std::uint8_t>(std::lerp(below, above, amount) + 0.5F);
}

/// One pixel: dimmed gray where a = 0, the photo tinted where a = 1.
void overlay_pixel(float a, std::uint8_t* pixel) {
  const Rgb tint = color_of(a);
  const float gray = 0.299F * pixel[0] + 0.587F * pixel[1] + 0.114F * pixel[2];  // BT.601 luma
  const std::array<std::uint8_t, 3> color{tint.r, tint.g, tint.b};
  for (int c = 0; c < 3; ++c) {
    const float dimmed = kDim * std::lerp(gray, static_cast<float>(pixel[c]), 0.25F);
    const float light = std::lerp(dimmed, static_cast<float>(pixel[c]), a);
    pixel[c] = mixed(light, color[c], kTint * std::sqrt(a));
  }
}

}  // namespace

std::vector<float> upsampled_attention(const AttentionMap& map, int width, int height) {
  check(map);
  const std::vector<Tap> columns = taps_for(map.width, width);
  const std::vector<Tap> lines = taps_for(map.height, height);
  std::vector<float> wide(std::size_t{1} * map.height * width, 0);
  double sum = 0;
  for (int y = 0; y < map.height; ++y) {
    const float* row = map.weights + std::ptrdiff_t{y} * map.width;
    for (int x = 0; x < map.width; ++x) sum += valid(row[x]);
    for (int x = 0; x < width; ++x) {
      for (int k = 0; k < 4; ++k) {
        wide[std::size_t{1} * y * width + x] +=
            columns[x].weight[k] * valid(row[columns[x].cell[k]]);
      }
    }
  }
  std::vector<float> values(std::size_t{1} * height * width, 0);
  for (int y = 0; y < height; ++y) {
    for (int k = 0; k < 4; ++k) {
      const float* from = wide.data() + std::ptrdiff_t{lines[y].cell[k]} * width;
      float* to = values.data() + std::ptrdiff_t{y} * width;
      for (int x = 0; x < width; ++x) to[x] += lines[y].weight[k] * from[x];
    }
  }
  // What is missing to a sum of 1 went to no region: such a word did not look, and its map is
  // faint.
  sum = std::max(sum, 1.0);
  show_focus(static_cast<float>(sum / (map.width * map.height)), &values);
  return values;
}

Image attention_overlay(const Image& photo, const AttentionMap& map,
                        const std::optional<PixelBox>& visible) {
  const PixelBox box = visible.value_or(PixelBox{.left = 0,
                                                 .top = 0,
                                                 .width = static_cast<double>(photo.width),
                                                 .height = static_cast<double>(photo.height)});
  const int left = std::clamp(static_cast<int>(std::lround(box.left)), 0, photo.width - 1);
  const int top = std::clamp(static_cast<int>(std::lround(box.top)), 0, photo.height - 1);
  const int width = std::clamp(static_cast<int>(std::lround(box.width)), 1, photo.width - left);
  const int height = std::clamp(static_cast<int>(std::lround(box.height)), 1, photo.height - top);
  const std::vector<float> attention = upsampled_attention(map, width, height);
  Image out = photo;
  for (int y = 0; y < photo.height; ++y) {
    for (int x = 0; x < photo.width; ++x) {
      const bool seen = x >= left && x < left + width && y >= top && y < top + height;
      const std::size_t at = seen ? std::size_t{1} * (y - top) * width + (x - left) : 0;
      overlay_pixel(seen ? attention[at] : 0, out.row(y) + std::ptrdiff_t{3} * x);
    }
  }
  return out;
}

}  // namespace storyteller
