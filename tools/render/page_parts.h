#pragma once

#include <string>
#include <string_view>

#include "model/image/image.h"

namespace storyteller {

// Parts of pages that stand alone: pictures inside, no scripts, nothing loaded from anywhere.

/// <tag attributes>content</tag>; `attributes` and `content` are markup already.
std::string element(const std::string& tag, const std::string& attributes,
                    const std::string& content);

/// From the doctype to </head>: a content security policy that lets a page have its own styles and
/// pictures within and no more; `title` is text, `style` a style sheet.
std::string page_head(std::string_view title, std::string_view style);

/// The picture with its longer side at most (or, enlarged, exactly) `side` pixels; `factor`, which
/// may be null, receives what lengths were multiplied with.
Image scaled_to(const Image& picture, int side, bool enlarge, double* factor = nullptr);

/// The picture as a JPEG inside of the page. `escaped_alt` is markup already; empty: what stands
/// beside says as much.
std::string image_element(const Image& picture, const std::string& escaped_alt);

}  // namespace storyteller
