#include "train/data/scene_background.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/random_stream.h"

namespace storyteller::scenes {
namespace {

constexpr uint64_t kTextureStream = uint64_t{2} << 32;
constexpr uint64_t kLatticeStream = uint64_t{3} << 32;
constexpr uint64_t kClutterStream = uint64_t{4} << 32;
constexpr float kTurn = 2 * std::numbers::pi_v<float>;

using Tone = std::array<float, 3>;

// Hue in turns, saturation, value as in HSV; result 0..255.
Tone muted(float hue, float saturation, float value) {
  Tone tone{};
  for (int c = 0; c < 3; ++c) {
    const float wave = 0.5F + 0.5F * std::cos(kTurn * (hue - static_cast<float>(c) / 3));
    tone[c] = 255 * value * (1 - saturation * (1 - wave));
  }
  return tone;
}

float smooth(float t) { return t * t * (3 - 2 * t); }

// Adds weight * value noise (K. Perlin's lattice with smooth interpolation) with `cells` cells
// across: field (side, side), noise in [-1, 1].
void add_value_noise(uint64_t key, int cells, float weight, int side, std::vector<float>* field) {
  RandomStream random(key, kLatticeStream + static_cast<uint64_t>(cells));
  const int width = cells + 1;
  std::vector<float> lattice(static_cast<size_t>(width) * width);
  for (float& value : lattice) value = random.uniform(-weight, weight);
  std::vector<int> cell(side);
  std::vector<float> fraction(side), row(width);
  for (int i = 0; i < side; ++i) {
    const float position =
        (static_cast<float>(i) + 0.5F) / static_cast<float>(side) * static_cast<float>(cells);
    cell[i] = std::min(static_cast<int>(position), cells - 1);
    fraction[i] = smooth(position - static_cast<float>(cell[i]));
  }
  for (int y = 0; y < side; ++y) {
    const float* above = lattice.data() + static_cast<size_t>(cell[y]) * width;
    for (int i = 0; i < width; ++i) {
      row[i] = above[i] + fraction[y] * (above[i + width] - above[i]);
    }
    float* out = field->data() + static_cast<size_t>(y) * side;
    for (int x = 0; x < side; ++x) {
      out[x] += row[cell[x]] + fraction[x] * (row[cell[x] + 1] - row[cell[x]]);
    }
  }
}

// The texture's mix of the two tones at a point, about [0, 1]. u runs along the pattern, v across,
// in pattern periods.
float pattern(Texture texture, float u, float v) {
  const auto wave = [](float t) {  // a square wave with soft edges
    const float triangle = std::abs(2 * (t - std::floor(t)) - 1);
    return std::clamp((triangle - 0.5F) * 6 + 0.5F, 0.0F, 1.0F);
  };
  switch (texture) {
    case Texture::kStriped:
      return wave(u);
    case Texture::kCheckered: {
      const float a = wave(u), b = wave(v);
      return a + b - 2 * a * b;
    }
    case Texture::kSpotted: {
      const float du = u - std::floor(u) - 0.5F, dv = v - std::floor(v) - 0.5F;
      return std::clamp((0.30F - std::sqrt(du * du + dv * dv)) * 9 + 0.5F, 0.0F, 1.0F);
    }
    case Texture::kPlain:
    case Texture::kCloudy:
      break;
  }
  return 0.5F;
}

std::vector<float> texture_field(const Scene& scene, RandomStream& random, int side) {
  std::vector<float> field(static_cast<size_t>(side) * side);
  const float angle = random.uniform(0, kTurn);
  const float frequency = random.uniform(5.0F, 8.0F);
  const float cosine = std::cos(angle), sine = std::sin(angle);
  const float tilt = scene.texture == Texture::kPlain ? 0.5F : 0.2F;  // a gradient of light
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const float px = (static_cast<float>(x) + 0.5F) / static_cast<float>(side) - 0.5F;
      const float py = (static_cast<float>(y) + 0.5F) / static_cast<float>(side) - 0.5F;
      const float u = cosine * px + sine * py, v = cosine * py - sine * px;
      field[static_cast<size_t>(y) * side + x] =
          pattern(scene.texture, frequency * u, frequency * v) + tilt * px;
    }
  }
  const float clouds = scene.texture == Texture::kCloudy ? 0.85F : 0.12F;
  add_value_noise(scene.key, 3, clouds, side, &field);
  add_value_noise(scene.key, 7, clouds * 0.6F, side, &field);
  add_value_noise(scene.key, 29, 0.13F, side, &field);
  return field;
}

// A short stroke or a speck, thinner than any object.
void draw_mark(RandomStream& random, float hue, Canvas* canvas) {
  const auto side = static_cast<float>(canvas->side);
  const Tone tone = muted(hue + random.uniform(-0.3F, 0.3F), random.uniform(0.05F, 0.30F),
                          random.uniform(0.18F, 0.68F));
  const float alpha = random.uniform(0.35F, 0.75F);
  const float half = random.chance(0.5F) ? random.uniform(0.02F, 0.05F) : 0.0F;
  const float thickness = random.uniform(0.006F, 0.014F);
  const float cx = random.uniform(), cy = random.uniform(), angle = random.uniform(0, kTurn);
  const float ux = std::cos(angle), uy = std::sin(angle), reach = half + thickness + 1 / side;
  const auto first = [&](float v) { return std::max(0, static_cast<int>((v - reach) * side)); };
  const auto last = [&](float v) {
    return std::min(canvas->side - 1, static_cast<int>((v + reach) * side));
  };
  for (int y = first(cy); y <= last(cy); ++y) {
    for (int x = first(cx); x <= last(cx); ++x) {
      const float dx = (static_cast<float>(x) + 0.5F) / side - cx;
      const float dy = (static_cast<float>(y) + 0.5F) / side - cy;
      const float along = std::clamp(dx * ux + dy * uy, -half, half);
      const float ex = dx - along * ux, ey = dy - along * uy;
      const float distance = std::sqrt(ex * ex + ey * ey) - thickness;
      canvas->blend(x, y, tone, alpha * std::clamp(0.5F - distance * side, 0.0F, 1.0F));
    }
  }
}

}  // namespace

void draw_background(const Scene& scene, Canvas* canvas) {
  RandomStream random(scene.key, kTextureStream);
  const float hue = random.uniform(), value = random.uniform(0.30F, 0.46F);
  const float contrast = random.uniform(0.09F, 0.16F) * (random.chance(0.5F) ? 1.0F : -1.0F);
  const Tone low = muted(hue, random.uniform(0.08F, 0.24F), value);
  const Tone high =
      muted(hue + random.uniform(-0.12F, 0.12F), random.uniform(0.08F, 0.24F), value + contrast);
  const std::vector<float> field = texture_field(scene, random, canvas->side);
  for (size_t i = 0; i < field.size(); ++i) {
    for (size_t c = 0; c < 3; ++c) {
      canvas->rgb[3 * i + c] = low[c] + field[i] * (high[c] - low[c]);
    }
  }
  RandomStream clutter(scene.key, kClutterStream);
  const uint32_t marks = 8 + clutter.below(12);
  for (uint32_t i = 0; i < marks; ++i) draw_mark(clutter, hue, canvas);
}

}  // namespace storyteller::scenes
