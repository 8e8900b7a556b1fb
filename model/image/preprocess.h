#pragma once

#include <array>
#include <string>
#include <string_view>

#include "model/image/image.h"
#include "model/image/resize.h"

namespace storyteller {

/// How a picture becomes the input of an encoder. A checkpoint records it, and captioning uses
/// exactly what training used.
struct Preprocessing {
  enum class Resize {
    kStretch,              ///< To (width, height); the aspect ratio is not kept.
    kShortSideCentreCrop,  ///< Shorter side to `short_side`, then the middle (width, height).
  };
  enum class ChannelOrder { kRgb, kBgr };

  int width = 224;  ///< Of the encoder's input.
  int height = 224;
  Resize resize = Resize::kStretch;
  int short_side = 256;  ///< At least max(width, height); read for kShortSideCentreCrop alone.
  ChannelOrder channels = ChannelOrder::kRgb;
  /// Per channel in the order of `channels`: input = (byte - mean) * scale, byte in [0, 255].
  std::array<float, 3> mean{0, 0, 0};
  std::array<float, 3> scale{1.0F / 255, 1.0F / 255, 1.0F / 255};

  friend bool operator==(const Preprocessing&, const Preprocessing&) = default;
};

/// The part of a picture of width x height pixels that the encoder gets to see: an attention map
/// covers this box.
PixelBox visible_box(int width, int height, const Preprocessing& preprocessing);

/// One of the many pictures that a picture gives for training.
struct PictureView {
  bool mirrored = false;  ///< left and right exchanged
  bool cropped = false;   ///< else what captioning sees
  /// Of the part that a crop takes: its side, in (0, 1], in parts of the greatest box of the
  /// input's aspect ratio (when stretched: of the picture's), and its place, from 0, left and at
  /// the top, to 1.
  double side = 1, left = 0.5, top = 0.5;

  friend bool operator==(const PictureView&, const PictureView&) = default;
};

/// The part of a picture that a view takes.
PixelBox box_of(int width, int height, const Preprocessing& preprocessing, const PictureView& view);

/// What DecodeOptions::min_side may be without a visible loss of quality.
int sufficient_min_side(const Preprocessing& preprocessing);

/// Writes the encoder's input.
/// @param out (height, width, 3) of `preprocessing`, written; channels as `channels` says.
void preprocess(const Image& image, const Preprocessing& preprocessing, float* out);
void preprocess(const Image& image, const Preprocessing& preprocessing, const PictureView& view,
                float* out);

/// One JSON object. Reading back gives an equal value, to the bit.
std::string to_json(const Preprocessing& preprocessing);

/// @param name the model file, for the message.
/// @throws ModelError if a member is missing, unknown or out of range.
Preprocessing preprocessing_from_json(std::string_view json, const std::string& name);

}  // namespace storyteller
