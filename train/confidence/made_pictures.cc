#include "train/confidence/made_pictures.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/random_stream.h"

namespace storyteller {
namespace {

constexpr int kWidth = 320, kHeight = 240;

Rgb any_color(RandomStream& random) {
  return {static_cast<std::uint8_t>(random.below(256)),
          static_cast<std::uint8_t>(random.below(256)),
          static_cast<std::uint8_t>(random.below(256))};
}

/// Paper or screen: mostly light.
Rgb background(RandomStream& random) {
  const auto light = static_cast<std::uint8_t>(225 + random.below(31));
  return random.chance(0.8F) ? Rgb{light, light, light} : any_color(random);
}

Rgb ink(RandomStream& random) {
  const auto dark = static_cast<std::uint8_t>(random.below(70));
  return random.chance(0.8F) ? Rgb{dark, dark, dark} : any_color(random);
}

/// Fills a rectangle, cut at the picture's edges.
void fill(Image& image, int left, int top, int width, int height, Rgb color) {
  for (int y = std::max(0, top); y < std::min(image.height, top + height); ++y) {
    for (int x = std::max(0, left); x < std::min(image.width, left + width); ++x) {
      std::uint8_t* pixel = image.row(y) + std::ptrdiff_t{3} * x;
      pixel[0] = color.r;
      pixel[1] = color.g;
      pixel[2] = color.b;
    }
  }
}

/// Sets each pixel to color(x, y), an Rgb.
template <class Color>
Image painted(Color&& color) {
  Image image = solid_image(kWidth, kHeight, {});
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) fill(image, x, y, 1, 1, color(x, y));
  }
  return image;
}

std::uint8_t byte_of(double value) {
  return static_cast<std::uint8_t>(std::clamp(std::lround(value), 0L, 255L));
}

Rgb between(Rgb a, Rgb b, double part) {
  const auto mixed = [&](std::uint8_t from, std::uint8_t to) {
    return byte_of(from + part * (to - from));
  };
  return {mixed(a.r, b.r), mixed(a.g, b.g), mixed(a.b, b.b)};
}

Image plain(RandomStream& random) { return solid_image(kWidth, kHeight, any_color(random)); }

Image gradient(RandomStream& random) {
  const Rgb from = any_color(random), to = any_color(random);
  const double along_x = random.uniform(), along_y = 1 - along_x;
  return painted([&](int x, int y) {
    return between(from, to, along_x * x / kWidth + along_y * y / kHeight);
  });
}

Image noise(RandomStream& random) {
  const bool colored = random.chance(0.5F);
  const int size = 1 << random.below(4);  // of a grain, in pixels
  const uint64_t key = random.bits();
  return painted([&](int x, int y) -> Rgb {
    const auto bits = philox(key, static_cast<uint64_t>(x / size), static_cast<uint64_t>(y / size));
    const auto grain = [&](size_t i) { return static_cast<std::uint8_t>(bits[i] >> 24); };
    return colored ? Rgb{grain(0), grain(1), grain(2)} : Rgb{grain(0), grain(0), grain(0)};
  });
}

/// A line of words: strokes as letters have them, `size` pixels high.
void write_line(Image& image, RandomStream& random, int left, int top, int right, int size,
                Rgb color) {
  const int stroke = std::max(1, size / 7);
  for (int x = left; x + size < right;) {
    const int letters = 2 + static_cast<int>(random.below(8));
    for (int letter = 0; letter < letters && x + size < right; ++letter) {
      const int width =
          size / 3 + static_cast<int>(random.below(static_cast<uint32_t>(size / 3) + 1));
      if (random.chance(0.8F)) fill(image, x, top, stroke, size, color);
      if (random.chance(0.5F))
        fill(image, x + width - stroke, top + size / 3, stroke, size * 2 / 3, color);
      if (random.chance(0.6F)) fill(image, x, top + size / 3, width, stroke, color);
      if (random.chance(0.6F)) fill(image, x, top + size - stroke, width, stroke, color);
      x += width + stroke + 1;
    }
    x += size / 2;
  }
}

Image page_of_text(RandomStream& random) {
  Image image = solid_image(kWidth, kHeight, background(random));
  const Rgb color = ink(random);
  const int size = 5 + static_cast<int>(random.below(12));
  const int margin = 8 + static_cast<int>(random.below(24));
  for (int y = margin; y + size < kHeight - margin; y += size * 2) {
    const bool last = random.chance(0.2F);
    const int right =
        last ? kWidth / 2 + static_cast<int>(random.below(kWidth / 3)) : kWidth - margin;
    write_line(image, random, margin, y, right, size, color);
  }
  return image;
}

Image chart(RandomStream& random) {
  Image image = solid_image(kWidth, kHeight, background(random));
  const Rgb lines = ink(random);
  const int left = 30, bottom = kHeight - 30;
  fill(image, left, 15, 2, bottom - 15, lines);
  fill(image, left, bottom, kWidth - left - 15, 2, lines);
  const int bars = 3 + static_cast<int>(random.below(9));
  const int pitch = (kWidth - left - 25) / bars;
  const bool one_color = random.chance(0.5F);
  Rgb color = any_color(random);
  for (int bar = 0; bar < bars; ++bar) {
    if (!one_color) color = any_color(random);
    const int height = 10 + static_cast<int>(random.below(static_cast<uint32_t>(bottom - 40)));
    fill(image, left + 6 + bar * pitch, bottom - height, pitch * 2 / 3, height, color);
    write_line(image, random, left + 6 + bar * pitch, bottom + 8, left + 6 + bar * pitch + pitch, 7,
               lines);
  }
  return image;
}

Image program_window(RandomStream& random) {
  Image image = solid_image(kWidth, kHeight, background(random));
  const Rgb bar = any_color(random), color = ink(random), panel = background(random);
  const int title = 14 + static_cast<int>(random.below(12));
  fill(image, 0, 0, kWidth, title, bar);
  write_line(image, random, 8, title / 3, kWidth / 2, title / 2, panel);
  const int side = 50 + static_cast<int>(random.below(60));
  fill(image, 0, title, side, kHeight - title, panel);
  fill(image, side, title, 1, kHeight - title, color);
  for (int y = title + 12; y < kHeight - 14; y += 18) {
    write_line(image, random, 8, y, side - 6, 7, color);
    if (random.chance(0.7F)) write_line(image, random, side + 12, y, kWidth - 12, 7, color);
  }
  fill(image, kWidth - 80, kHeight - 30, 64, 18, bar);
  return image;
}

Image icon(RandomStream& random) {
  const Rgb back = background(random), color = any_color(random), inner = any_color(random);
  const bool round = random.chance(0.5F);
  const double radius = random.uniform(30, 100), hole = radius * random.uniform(0.2F, 0.7F);
  return painted([&](int x, int y) {
    const double dx = x - kWidth / 2.0, dy = y - kHeight / 2.0;
    const double far = round ? std::hypot(dx, dy) : std::max(std::abs(dx), std::abs(dy));
    return far > radius ? back : far > hole ? color : inner;
  });
}

/// A picture taken in the dark, or with the lens covered.
Image darkness(RandomStream& random) {
  const double light = random.uniform(0, 14), grain = random.uniform(0, 8);
  const uint64_t key = random.bits();
  return painted([&](int x, int y) -> Rgb {
    const auto bits = philox(key, static_cast<uint64_t>(x), static_cast<uint64_t>(y));
    const auto level = [&](size_t i) {
      return byte_of(light + grain * (uniform01(bits[i]) - 0.5F));
    };
    return {level(0), level(1), level(2)};
  });
}

/// Patches of colour without an edge: out of focus, or a finger on the lens.
Image blur(RandomStream& random) {
  constexpr int kPatches = 3;
  std::array<std::array<Rgb, kPatches>, kPatches> patches;
  const Rgb base = any_color(random);
  for (auto& row : patches) {
    for (Rgb& patch : row) patch = between(base, any_color(random), 0.5);
  }
  return painted([&](int x, int y) {
    const double u = static_cast<double>(x) / kWidth * (kPatches - 1);
    const double v = static_cast<double>(y) / kHeight * (kPatches - 1);
    const auto i = static_cast<size_t>(u), j = static_cast<size_t>(v);
    const double part_u = u - static_cast<double>(i), part_v = v - static_cast<double>(j);
    return between(between(patches[j][i], patches[j][i + 1], part_u),
                   between(patches[j + 1][i], patches[j + 1][i + 1], part_u), part_v);
  });
}

struct Kind {
  std::string_view name;
  Image (*make)(RandomStream&);
};

constexpr std::array<Kind, kMadeKinds> kMakers = {{{"plain", plain},
                                                   {"gradient", gradient},
                                                   {"noise", noise},
                                                   {"text", page_of_text},
                                                   {"chart", chart},
                                                   {"window", program_window},
                                                   {"icon", icon},
                                                   {"dark", darkness},
                                                   {"blur", blur}}};

}  // namespace

std::string_view made_kind(std::size_t i) { return kMakers[i % kMadeKinds].name; }

Image made_picture(std::uint64_t seed, std::size_t i) {
  RandomStream random(philox_key(seed, i, /*site=*/0), /*stream=*/0);
  return kMakers[i % kMadeKinds].make(random);
}

}  // namespace storyteller
