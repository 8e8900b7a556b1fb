#pragma once

#include "model/image/image.h"

namespace storyteller {

/// Turns and mirrors a picture stored with EXIF orientation 1 to 8 so that it is upright.
Image upright(Image image, int orientation);

}  // namespace storyteller
