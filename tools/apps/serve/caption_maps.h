#pragma once

#include <string>
#include <vector>

#include "model/captioner.h"
#include "tools/apps/serve/caption_request.h"

namespace storyteller::serve {

/// No larger than maps are looked at.
Image view_for_maps(Image picture);

/// For each word of a caption where the network looked, as data: URLs of PNG files; none where it
/// does not look at parts of a picture. `view` of the picture as view_for_maps gives it.
std::vector<std::string> drawn_maps(Maps maps, const Image& view, const Caption& caption,
                                    Captioner& captioner);

}  // namespace storyteller::serve
