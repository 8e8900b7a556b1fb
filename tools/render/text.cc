#include "tools/render/text.h"

#include <algorithm>
#include <cstdint>

#include <ft2build.h>
#include FT_FREETYPE_H

#include "core/error.h"
#include "core/text/utf8.h"
#include "tools/render/embedded_font.h"

namespace storyteller {

/// FreeType's library and the face at its size; positions are in 1/64 pixel.
struct TextPainter::Font {
  explicit Font(int size) {
    if (size < 4 || size > 512) {
      throw InternalError("TextPainter: size " + std::to_string(size) + " is not in [4, 512]");
    }
    check(FT_Init_FreeType(&library));
    check(FT_New_Memory_Face(library, storyteller_font_begin,
                             static_cast<FT_Long>(storyteller_font_end - storyteller_font_begin), 0,
                             &face));
    check(FT_Set_Pixel_Sizes(face, 0, static_cast<FT_UInt>(size)));
  }
  ~Font() { FT_Done_FreeType(library); }  // with its faces
  Font(const Font&) = delete;
  Font& operator=(const Font&) = delete;

  static void check(FT_Error error) {
    if (error != 0) {
      throw InternalError("TextPainter: FreeType error " + std::to_string(error) +
                          " with the embedded font");
    }
  }

  /// Loads the glyph of each character and calls visit(pen) with the pen in 1/64 pixel; returns
  /// where the pen ends.
  template <class Visit>
  FT_Pos for_each_glyph(std::string_view text, FT_Int32 flags, const Visit& visit) {
    FT_Pos pen = 0;
    FT_UInt previous = 0;
    while (!text.empty()) {
      const FT_UInt glyph = FT_Get_Char_Index(face, take_character(&text));
      FT_Vector kerning{0, 0};
      FT_Get_Kerning(face, previous, glyph, FT_KERNING_DEFAULT, &kerning);
      pen += kerning.x;
      check(FT_Load_Glyph(face, glyph, flags | FT_LOAD_TARGET_LIGHT));
      visit(pen);
      pen += face->glyph->advance.x;
      previous = glyph;
    }
    return pen;
  }

  FT_Library library = nullptr;
  FT_Face face = nullptr;
};

namespace {

constexpr FT_Pos kSubpixels = 64;

std::uint8_t blended(std::uint8_t below, std::uint8_t above, int coverage) {
  return static_cast<std::uint8_t>((below * (255 - coverage) + above * coverage + 127) / 255);
}

void blend_glyph(const FT_Bitmap& bitmap, int left, int top, Rgb color, Image* image) {
  const int x_begin = std::max(0, -left);
  const int x_end = std::min(static_cast<int>(bitmap.width), image->width - left);
  const int y_begin = std::max(0, -top);
  const int y_end = std::min(static_cast<int>(bitmap.rows), image->height - top);
  for (int y = y_begin; y < y_end; ++y) {
    const std::uint8_t* coverage = bitmap.buffer + std::ptrdiff_t{y} * bitmap.pitch;
    std::uint8_t* pixel = image->row(top + y) + std::ptrdiff_t{3} * (left + x_begin);
    for (int x = x_begin; x < x_end; ++x, pixel += 3) {
      pixel[0] = blended(pixel[0], color.r, coverage[x]);
      pixel[1] = blended(pixel[1], color.g, coverage[x]);
      pixel[2] = blended(pixel[2], color.b, coverage[x]);
    }
  }
}

}  // namespace

TextPainter::TextPainter(int size) : font_(std::make_unique<Font>(size)) {}
TextPainter::~TextPainter() = default;

int TextPainter::ascent() const {
  return static_cast<int>((font_->face->size->metrics.ascender + kSubpixels - 1) / kSubpixels);
}

int TextPainter::descent() const {
  return static_cast<int>((-font_->face->size->metrics.descender + kSubpixels - 1) / kSubpixels);
}

int TextPainter::width(std::string_view utf8) {
  const FT_Pos pen = font_->for_each_glyph(utf8, FT_LOAD_DEFAULT, [](FT_Pos) {});
  return static_cast<int>((pen + kSubpixels - 1) / kSubpixels);
}

std::string TextPainter::fitted(std::string_view utf8, int max_width) {
  constexpr std::string_view kEllipsis = "\u2026";
  if (width(utf8) <= max_width) return std::string(utf8);
  std::string best(kEllipsis);
  std::string_view rest = utf8;
  while (!rest.empty()) {
    take_character(&rest);
    std::string candidate(utf8.substr(0, utf8.size() - rest.size()));
    candidate += kEllipsis;
    if (width(candidate) > max_width) break;
    best = std::move(candidate);
  }
  return best;
}

void TextPainter::draw(Image* image, int x, int baseline, std::string_view utf8, Rgb color) {
  font_->for_each_glyph(utf8, FT_LOAD_RENDER, [&](FT_Pos pen) {
    const FT_GlyphSlot glyph = font_->face->glyph;
    const auto offset = static_cast<int>((pen + kSubpixels / 2) / kSubpixels);
    blend_glyph(glyph->bitmap, x + offset + glyph->bitmap_left, baseline - glyph->bitmap_top, color,
                image);
  });
}

}  // namespace storyteller
