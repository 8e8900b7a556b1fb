#include "tools/render/page_parts.h"

#include <algorithm>
#include <cmath>

#include "core/text/base64.h"
#include "model/image/encode.h"
#include "model/image/resize.h"
#include "tools/render/html.h"

namespace storyteller {

std::string element(const std::string& tag, const std::string& attributes,
                    const std::string& content) {
  return "<" + tag + (attributes.empty() ? "" : " " + attributes) + ">" + content + "</" + tag +
         ">";
}

std::string page_head(std::string_view title, std::string_view style) {
  return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
         "img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
         "<meta name=\"referrer\" content=\"no-referrer\">" +
         element("title", "", escape_html(title)) + element("style", "", std::string(style)) +
         "</head>\n";
}

Image scaled_to(const Image& picture, int side, bool enlarge, double* factor) {
  double by = static_cast<double>(side) / std::max(picture.width, picture.height);
  if (by >= 1 && !enlarge) by = 1;
  if (factor != nullptr) *factor = by;
  const auto scaled = [&](int length) {
    return std::max(1, static_cast<int>(std::lround(length * by)));
  };
  return resize(picture, scaled(picture.width), scaled(picture.height));
}

std::string image_element(const Image& picture, const std::string& escaped_alt) {
  return "<img width=\"" + std::to_string(picture.width) + "\" height=\"" +
         std::to_string(picture.height) + "\" style=\"height:auto\" alt=\"" + escaped_alt +
         "\" src=\"data:image/jpeg;base64," + base64(encode_jpeg(picture, kPageJpegQuality)) +
         "\">";
}

}  // namespace storyteller
