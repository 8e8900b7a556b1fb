// What tells scenes of a stream apart (docs/apps/speak.md): cosines of pooled features and
// differences of brightness between views of one picture, and between pictures; the sharpness of
// photographs. scene_signs --model FILE PICTURE...

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <random>

#include "core/system/threads.h"
#include "model/image/decode.h"
#include "model/image/encode.h"
#include "model/image/resize.h"
#include "tools/apps/speak/scene_signs.h"
#include "tools/apps/speak/sight.h"
#include "tools/cli/options.h"

namespace storyteller::speak {
namespace {

using Numbers = std::vector<double>;

std::uint8_t to_byte(double value) {
  return static_cast<std::uint8_t>(std::clamp(std::lround(value), 0L, 255L));
}

/// The scene from a camera that moved by 6 % of the picture.
Image shifted(const Image& image) {
  const double w = image.width, h = image.height;
  return resize(image, {.left = 0.06 * w, .top = 0.06 * h, .width = 0.94 * w, .height = 0.94 * h},
                image.width, image.height);
}

Image lit(Image image, double factor) {
  for (std::uint8_t& value : image.rgb) value = to_byte(factor * value);
  return image;
}

Image noisy(Image image, std::mt19937& random) {
  std::normal_distribution<double> noise(0, 12);
  for (std::uint8_t& value : image.rgb) value = to_byte(value + noise(random));
  return image;
}

/// As a worse camera has it.
Image worse(const Image& image) {
  constexpr int kQuality = 60;
  const Image small =
      resize(image, std::max(1, image.width * 6 / 10), std::max(1, image.height * 6 / 10));
  return decode_image(encode_jpeg(small, kQuality), "picture");
}

void print(const char* name, Numbers values) {
  std::sort(values.begin(), values.end());
  std::printf("%-34s", name);
  for (const double share : {0.0, 0.01, 0.05, 0.5, 0.95, 0.99, 1.0}) {
    const double at = share * static_cast<double>(values.size() - 1);
    std::printf(" %9.3f", values[static_cast<std::size_t>(std::lround(at))]);
  }
  std::printf("\n");
}

int run(int argc, char** argv) {
  std::string model;
  std::vector<std::string> pictures;
  CommandLine line("scene_signs", "What tells scenes of a stream apart");
  const Options command = line.options();
  command.text("--model", model, "model file").required();
  command.several("pictures", pictures, "JPEG or PNG files");
  if (const auto code = line.parse(argc, argv, std::cout)) return *code;
  set_threads(default_threads());
  const std::vector<std::string> models = {model};
  Ensemble ensemble = Ensemble::load(models, Device::cpu());
  ModelSight sight(Captioning{.models = ensemble, .search = ensemble.search()});

  std::mt19937 random(1);
  constexpr std::array<const char*, 5> kViews = {"moved by 6 %", "15 % lighter", "15 % darker",
                                                 "noise", "60 % of size and quality"};
  std::array<Numbers, kViews.size()> cosines, differences;
  Numbers sharpness, other, other_differences;
  std::vector<std::vector<float>> all;
  std::vector<Luminance> brightness;
  for (const std::string& name : pictures) {
    const Image image = read_image(name);
    sharpness.push_back(sharpness_of(image));
    all.push_back(sight.look(image).pooled);
    brightness.push_back(luminance_of(image));
    const std::array<Image, kViews.size()> views = {
        shifted(image), lit(image, 1.15), lit(image, 0.85), noisy(image, random), worse(image)};
    for (std::size_t v = 0; v < views.size(); ++v) {
      cosines[v].push_back(cosine(all.back(), sight.look(views[v]).pooled));
      differences[v].push_back(difference(brightness.back(), luminance_of(views[v])));
    }
  }
  for (std::size_t i = 1; i < all.size(); ++i) {
    other.push_back(cosine(all[i - 1], all[i]));
    other_differences.push_back(difference(brightness[i - 1], brightness[i]));
  }
  std::printf("%-34s %9s %9s %9s %9s %9s %9s %9s\n", "percentile", "0", "1", "5", "50", "95", "99",
              "100");
  print("sharpness", sharpness);
  for (std::size_t v = 0; v < kViews.size(); ++v) {
    print((std::string("cosine, ") + kViews[v]).c_str(), cosines[v]);
  }
  print("cosine, another picture", other);
  for (std::size_t v = 0; v < kViews.size(); ++v) {
    print((std::string("brightness, ") + kViews[v]).c_str(), differences[v]);
  }
  print("brightness, another picture", other_differences);
  return 0;
}

}  // namespace
}  // namespace storyteller::speak

int main(int argc, char** argv) { return storyteller::speak::run(argc, argv); }
