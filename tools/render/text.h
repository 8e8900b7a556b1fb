#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "model/image/image.h"

namespace storyteller {

/// Draws text with the embedded font (DejaVu Sans) at one size, antialiased, left to right.
/// Characters that the font lacks appear as its box; bad UTF-8 as U+FFFD. Not thread-safe: one
/// object per thread.
class TextPainter {
 public:
  /// @param size of an em in pixels, 4 to 512.
  explicit TextPainter(int size);
  ~TextPainter();
  TextPainter(const TextPainter&) = delete;
  TextPainter& operator=(const TextPainter&) = delete;

  int ascent() const;   ///< Pixels from the baseline to the highest letters' top.
  int descent() const;  ///< Pixels from the baseline to the lowest letters' bottom, positive.

  /// Advance in pixels.
  int width(std::string_view utf8);

  /// `utf8` if it fits into `max_width` pixels, otherwise its beginning with an ellipsis.
  std::string fitted(std::string_view utf8, int max_width);

  /// Blends `color` into the picture; what is outside of it is clipped.
  /// @param x left end, @param baseline row on which the letters stand.
  void draw(Image* image, int x, int baseline, std::string_view utf8, Rgb color);

 private:
  struct Font;
  std::unique_ptr<Font> font_;
};

}  // namespace storyteller
