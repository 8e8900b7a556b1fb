#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/image/image.h"
#include "model/image/resize.h"

namespace storyteller {

/// What one HTML page tells about a run. All text is UTF-8 from anywhere: the page escapes it.
struct HtmlReport {
  struct Score {
    std::string name;   ///< "CIDEr"
    std::string value;  ///< "0.512", as it shall appear
    std::string note;   ///< What to compare it with; may be empty.
    bool part = false;  ///< It belongs to the score above.
  };
  struct Epoch {
    double epoch;             ///< Counted from 1; fractions for points within an epoch.
    double train_loss;        ///< Nats per word; NaN: not known here.
    double validation_cider;  ///< NaN: not measured here.
  };
  /// A table with one value or several in a row, and under it bars that compare two shares.
  struct Section {
    struct Row {
      std::string name;
      std::vector<std::string> values;  ///< as many as `columns`
      std::string note = {};
    };
    struct Bar {
      std::string name;
      double value, other;  ///< [0, 1]; other is drawn paler
    };
    std::string title;
    std::string introduction = {};
    std::vector<std::string> columns = {};  ///< heads of the values
    std::vector<Row> rows = {};
    std::string bars_title = {};
    std::vector<Bar> bars = {};
    /// What was said and what came true, both in [0, 1]: a reliability curve; empty: none.
    struct Forecast {
      double said, right;
    };
    std::vector<Forecast> reliability = {};
  };
  enum class Verdict { kNone, kRight, kWrong };
  struct Word {
    std::string text;
    std::optional<bool> pointing_hit = std::nullopt;  ///< Attention's peak lies in its object.
  };
  struct Item {
    Image picture;
    std::string name;     ///< File or number; may be empty.
    std::string caption;  ///< The sentence as one would print it.
    std::vector<std::string> references = {};
    std::vector<Word> words = {};  ///< T words; or none: no attention is shown.
    std::vector<float> maps = {};  ///< (T, grid_height, grid_width), see AttentionMap.
    int grid_height = 0, grid_width = 0;
    /// What part of the picture the maps cover; empty: all of it. See visible_box().
    std::optional<PixelBox> visible = std::nullopt;
    Verdict verdict = Verdict::kNone;
    std::string note = {};  ///< "log-probability -8.1"; may be empty.
  };

  std::string title;
  std::string introduction;                                  ///< A sentence or two; may be empty.
  std::vector<std::pair<std::string, std::string>> summary;  ///< ("Pictures", "6,000"), ...
  std::vector<Score> scores;
  std::vector<Section> sections = {};
  std::vector<Epoch> curve;
  std::vector<Item> items;
  std::string footer;  ///< The command that made it; may be empty.
};

/// One self-contained page: pictures inside as data: URIs, no scripts, nothing loaded from
/// anywhere, and a content security policy that forbids both. Light and dark by the reader's
/// preference, narrow screens and paper by rearranging.
/// @throws InternalError if an item's words and maps do not fit together.
std::string render_html(const HtmlReport& report);

/// What a page must know of its items before the first of them.
struct HtmlReportItems {
  std::size_t count = 0;
  bool have_words = false, have_pointing = false;
  bool have_unplaced = false;  ///< words that no place of the picture explains: their maps are dark

  void add(const HtmlReport::Item& item);
};

// render_html in parts, for pages whose items are not held in memory: what stands before them, an
// item, and what stands behind them. `report.items` is not looked at.
std::string render_html_begin(const HtmlReport& report, const HtmlReportItems& items);
std::string render_html_item(const HtmlReport::Item& item);
std::string render_html_end(const HtmlReport& report, const HtmlReportItems& items);

/// render_html into a file that appears complete or not at all. @throws IoError.
void write_html_report(const std::filesystem::path& path, const HtmlReport& report);

}  // namespace storyteller
