#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/image/image.h"
#include "train/rating/rating_sheet.h"

namespace storyteller {

/// A picture as the page holds it.
struct RatingPicture {
  std::string image;            ///< image id
  std::vector<std::byte> jpeg;  ///< see encode_rating_picture()
};

/// Longer side of a picture on the page, in pixels; larger ones are scaled down.
inline constexpr int kRatingPictureSide = 720;
std::vector<std::byte> encode_rating_picture(const Image& picture);

/// The sheet as one self-contained HTML page that needs no network: a person enters a name, rates
/// one caption after the other by keyboard, mouse or touch, and exports the ratings as JSON
/// (parse_ratings() reads them) or CSV. Answers stay in the browser's storage meanwhile. Who said
/// what is not in the page. All text is shown as text, whatever is in it; the content security
/// policy admits the page's own script alone.
/// @throws InternalError if an item's image has no picture.
std::string render_rating_page(const RatingSheet& sheet,
                               const std::vector<RatingPicture>& pictures);

}  // namespace storyteller
