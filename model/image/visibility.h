#pragma once

#include <string>

#include "model/image/image.h"

namespace storyteller {

/// Whether all pixels are of one colour, or of shades so close that nobody would tell them apart.
bool is_blank(const Image& image);

/// Why there is hardly anything to be seen in a picture: a few pixels, thin as a line, a single
/// colour. "" where it is worth a look.
std::string hardly_visible(const Image& image);

}  // namespace storyteller
