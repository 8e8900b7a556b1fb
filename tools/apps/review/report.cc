// Gathers what a report shows; pictures are read, never written.
#include <algorithm>
#include <set>

#include "core/error.h"
#include "model/image/decode.h"
#include "model/image/encode.h"
#include "model/image/resize.h"
#include "tools/apps/album/store.h"
#include "tools/apps/review/report_page.h"
#include "tools/render/html.h"

namespace storyteller::review {
namespace {

void add_thumbnail(ReportPicture& picture) {
  try {
    const Image image = read_image(picture.what.path, nullptr, {.min_side = kThumbnailSide});
    const double scale =
        std::min(1.0, static_cast<double>(kThumbnailSide) / std::max(image.width, image.height));
    const auto side = [&](int pixels) { return std::max(1, static_cast<int>(pixels * scale)); };
    const Image small = resize(image, side(image.width), side(image.height));
    const auto bytes = encode_jpeg(small, kPageJpegQuality);
    picture.jpeg.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    picture.width = small.width;
    picture.height = small.height;
  } catch (const Error&) {
    picture.jpeg.clear();
  }
}

}  // namespace

Report make_report(Connection& connection, size_t most) {
  Report report{.figures = figures_of(connection), .made_at = album::utc_now()};
  std::vector<std::int64_t> pictures;
  Statement find(connection,
                 "SELECT judged.picture FROM judged JOIN picture ON picture.id = judged.picture "
                 "LEFT JOIN decided ON decided.picture = judged.picture WHERE state = 1 AND "
                 "(flagged OR sampled OR verdict IS NOT NULL) ORDER BY verdict IN ('pass', "
                 "'reject'), judged.severity DESC, uncertainty, judged.picture");
  while (find.step()) pictures.push_back(find.integer(0));
  for (const std::int64_t picture : pictures) {
    if (report.pictures.size() >= most) {
      report.left_out += 1;
      continue;
    }
    report.pictures.push_back({.what = case_of(connection, picture)});
    add_thumbnail(report.pictures.back());
  }
  return report;
}

}  // namespace storyteller::review
