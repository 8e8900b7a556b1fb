#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tools/apps/review/figures.h"
#include "tools/apps/review/queue.h"

namespace storyteller::review {

/// Longer side of a thumbnail, in pixels.
inline constexpr int kThumbnailSide = 320;

/// A picture on the page.
struct ReportPicture {
  PictureCase what;
  std::string jpeg = {};  ///< a thumbnail; empty: it cannot be read any more
  int width = 0, height = 0;
};

struct Report {
  Figures figures = {};
  std::vector<ReportPicture> pictures = {};
  std::int64_t left_out = 0;  ///< pictures for which the page has no room
  std::vector<std::string> notes = {};
  std::string version = {}, made_at = {};
};

/// One page without a script, that loads nothing. Pictures are blurred until they are asked for;
/// until then the words that were found are not said either.
std::string report_page(const Report& report);

/// `text` with "…" in the place of words that rules found.
std::string without_words(const std::string& text, const std::vector<Finding>& findings);

/// The figures and at most `most` pictures that were flagged or decided about, those that wait
/// first. Originals are read.
Report make_report(Connection& connection, size_t most);

/// What no policy can see, with these classifiers; stands in the report.
std::vector<std::string> blind_spots(const ClassifierKeys& classifiers);

extern const std::string_view kReviewStyle;

}  // namespace storyteller::review
