#include "train/data/augmentation.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/random_stream.h"

namespace storyteller {
namespace {

constexpr uint64_t kViewSite = 0x7669657773;  // "views": the key's consumer

}  // namespace

bool tells_sides(const std::string& token) {
  static constexpr std::array<std::string_view, 14> kWords = {
      "left",      "right",     "lefts",      "rights",   "leftmost",  "rightmost", "leftward",
      "rightward", "leftwards", "rightwards", "lefthand", "righthand", "lefty",     "righty"};
  const bool compound = token.starts_with("left-") || token.starts_with("right-") ||
                        token.ends_with("-left") || token.ends_with("-right");
  return compound || std::find(kWords.begin(), kWords.end(), token) != kWords.end();
}

Augmentation::Augmentation(const AugmentationOptions& options, const CaptionCorpus& captions,
                           uint64_t seed)
    : options_(options), seed_(seed), mirrorable_(captions.images(), 1) {
  for (size_t c = 0; c < captions.size(); ++c) {
    const Tokens tokens = captions.tokens(c);
    if (std::any_of(tokens.begin(), tokens.end(), tells_sides)) mirrorable_[captions.image(c)] = 0;
  }
}

bool Augmentation::mirrored(uint64_t epoch, size_t image) const {
  if (options_.flip <= 0 || !mirrorable(image)) return false;
  return uniform01(philox(philox_key(seed_, epoch, kViewSite), 0, image)[0]) < options_.flip;
}

PictureView Augmentation::view(uint64_t epoch, size_t image) const {
  PictureView view{.mirrored = mirrored(epoch, image)};
  if (options_.crop >= 1) return view;
  const auto bits = philox(philox_key(seed_, epoch, kViewSite), 1, image);
  view.cropped = true;
  view.side = options_.crop + (1 - options_.crop) * uniform01(bits[0]);
  view.left = uniform01(bits[1]);
  view.top = uniform01(bits[2]);
  return view;
}

}  // namespace storyteller
