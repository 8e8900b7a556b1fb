#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "model/captioner.h"

namespace storyteller::explain {

/// What becomes of a sentence where one region of the picture is covered after the other.
struct Occlusion {
  /// (L) log-probability of one word with the region covered, less that of the whole picture, given
  /// the same words before it.
  std::vector<float> change;
  std::vector<std::string> sentences;  ///< (L) what the model says then
};

/// An encoder's input (height,width,3) of `preprocessing`, with region `region` of a grid of rows x
/// columns in a middle gray.
std::vector<float> covered(std::span<const float> input, const Preprocessing& preprocessing,
                           std::int64_t region, std::int64_t rows, std::int64_t columns);

/// Covers each region in turn; `input` (height,width,3) is what the encoder reads of the picture,
/// `words` what was found for it, of which word `place` is asked after. Regions go through the
/// encoder kCoveredTogether at a time.
Occlusion occlude(Captioner& captioner, std::span<const float> input,
                  std::span<const std::int32_t> words, std::size_t place,
                  const SearchOptions& search);

inline constexpr std::int64_t kCoveredTogether = 16;

}  // namespace storyteller::explain
