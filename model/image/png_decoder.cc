#include "model/image/png_decoder.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "model/image/color_profile.h"
#include "model/image/orientation.h"
#include "model/image/png_reader.h"
#include "model/image/visibility.h"

namespace storyteller {
namespace {

/// What is missing of a picture that broke off.
std::string missing(const PngPicture& picture) {
  if (picture.passes_done > 0) return "only a coarse version of the picture arrived";
  if (picture.passes > 1) return "the larger part of it is gray";
  const int rows = picture.rows - picture.rows_done;
  if (200 * rows < picture.rows) return "its last rows are gray";
  return "its lower " + std::to_string(std::lround(100.0 * rows / picture.rows)) + " % is gray";
}

bool further(const PngPicture& a, const PngPicture& b) {
  return std::pair(a.passes_done, a.rows_done) > std::pair(b.passes_done, b.rows_done);
}

/// With checksums if they are right, without where that brings more of the picture.
PngPicture read(std::span<const std::byte> bytes, const std::string& name, PngReading reading,
                ImageWarnings* warnings) {
  PngPicture picture = read_png(bytes, name, reading);
  bool checksum_ignored = false;
  if (!picture.complete()) {
    reading.lenient = true;
    PngPicture lenient = read_png(bytes, name, reading);
    checksum_ignored = further(lenient, picture);
    if (checksum_ignored) picture = std::move(lenient);
  }
  if (!picture.started()) fail_png(name, picture.message);
  if (warnings == nullptr) return picture;
  if (!picture.complete()) {
    warnings->push_back(name + ": the PNG is truncated or damaged (" + picture.message +
                        "): " + missing(picture));
  } else if (checksum_ignored) {
    warnings->push_back(name +
                        ": a checksum of the PNG is wrong: it was decoded all the same, and some "
                        "of it may be damaged");
  }
  return picture;
}

/// A light drawing without a background cannot be seen on white.
void choose_background(std::span<const std::byte> bytes, const std::string& name,
                       PngReading reading, PngPicture* picture, ImageWarnings* warnings) {
  if (!picture->transparent || !is_blank(picture->image)) return;
  reading.background = 0;
  PngPicture on_black = read(bytes, name, reading, nullptr);
  const bool seen = !is_blank(on_black.image);
  const Rgb white = picture->image.pixel(0, 0);
  const Rgb black = on_black.image.pixel(0, 0);
  if (seen) *picture = std::move(on_black);
  if (warnings == nullptr) return;
  if (seen) {
    warnings->push_back(name +
                        ": a light drawing on transparency cannot be seen on white, so it was laid "
                        "over black");
  } else if (white == Rgb{255, 255, 255} && black == Rgb{0, 0, 0}) {
    warnings->push_back(name + ": the picture is transparent all over");
  }
}

}  // namespace

Image decode_png(std::span<const std::byte> bytes, const std::string& name, ImageWarnings* warnings,
                 const DecodeOptions& options) {
  PngReading reading;
  reading.min_side = options.min_side;
  PngPicture picture = read(bytes, name, reading, warnings);
  choose_background(bytes, name, reading, &picture, warnings);
  if (const auto to_srgb = ColorTransform::to_srgb(picture.metadata.color_profile)) {
    to_srgb->apply(&picture.image);
  }
  return upright(std::move(picture.image), orientation_of(picture.metadata));
}

}  // namespace storyteller
