#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/train/tiny_training.h"
#include "train/session/recipe.h"

namespace storyteller {

/// `pictures` with a caption of `words` words each.
inline std::vector<std::vector<std::string>> equal_captions(size_t pictures, size_t words) {
  std::vector<std::vector<std::string>> captions;
  for (size_t i = 0; i < pictures; ++i) {
    std::string caption = "x" + std::to_string(i);
    for (size_t w = 1; w < words; ++w) caption += " w" + std::to_string((i * 7 + w * 3) % 40);
    captions.push_back({caption});
  }
  return captions;
}

/// The recipe of `train` for photographs, with features of 49 regions of 1,280 from a cache.
class DefaultTraining {
 public:
  /// `width` of embedding, hidden layer and attention; 0: the recipe's.
  DefaultTraining(std::vector<std::vector<std::string>> captions,
                  const std::filesystem::path& folder, int64_t width = 0)
      : training_("mobilenet_v2", std::move(captions), folder) {
    const Recipe recipe = recipe_for("flickr8k");
    options_ = recipe.train;
    options_.min_count = 1;
    training_.model() = recipe.model;
    DecoderOptions& decoder = training_.model().decoder;
    if (width > 0) decoder.embedding = decoder.hidden = decoder.attention = width;
  }

  TinyTraining& training() { return training_; }
  TrainOptions& options() { return options_; }

 private:
  TinyTraining training_;
  TrainOptions options_;
};

}  // namespace storyteller
