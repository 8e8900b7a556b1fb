#include "tools/render/html_report.h"

#include <algorithm>
#include <numeric>

#include "core/error.h"
#include "core/system/atomic_file.h"
#include "core/text/number_format.h"
#include "tools/render/attention_overlay.h"
#include "tools/render/html.h"
#include "tools/render/loss_curve.h"
#include "tools/render/page_parts.h"
#include "tools/render/reliability_curve.h"
#include "tools/render/report_style.h"

namespace storyteller {
namespace {

// Twice the size on the page, for dense screens.
constexpr int kPictureSide = 520;
constexpr int kTileSide = 224;

std::string summary(const HtmlReport& report) {
  std::string rows;
  constexpr size_t kWide = 24;  // bytes that a cell holds without breaking names and flags
  for (const auto& [name, value] : report.summary) {
    rows += element("div", value.size() > kWide ? "class=\"wide\"" : "",
                    element("dt", "", escape_html(name)) + element("dd", "", escape_html(value)));
  }
  return rows.empty() ? "" : element("dl", "class=\"summary card\"", rows) + "\n";
}

std::string score_table(const HtmlReport& report) {
  if (report.scores.empty()) return "";
  const bool notes =
      std::any_of(report.scores.begin(), report.scores.end(),
                  [](const HtmlReport::Score& score) { return !score.note.empty(); });
  std::string rows;
  for (const HtmlReport::Score& score : report.scores) {
    rows += element("tr", score.part ? "class=\"part\"" : "",
                    element("th", "scope=\"row\"", escape_html(score.name)) +
                        element("td", "class=\"value\"", escape_html(score.value)) +
                        (notes ? element("td", "class=\"note\"", escape_html(score.note)) : ""));
  }
  return element("div", "class=\"card\"", element("table", "", element("tbody", "", rows)));
}

std::string scores_and_curve(const HtmlReport& report) {
  const std::string table = score_table(report);
  const std::string curve = loss_curve_svg(report.curve);
  if (table.empty() && curve.empty()) return "";
  return element("h2", "", table.empty() ? "Training" : "Scores") +
         element("div", "class=\"run\"",
                 table + (curve.empty() ? "" : element("div", "class=\"card\"", curve))) +
         "\n";
}

std::string section_table(const HtmlReport::Section& section) {
  if (section.rows.empty()) return "";
  std::string head = element("th", "", "");
  for (const std::string& column : section.columns) {
    head += element("th", "class=\"value\" scope=\"col\"", escape_html(column));
  }
  std::string rows;
  for (const HtmlReport::Section::Row& row : section.rows) {
    std::string cells = element("th", "scope=\"row\"", escape_html(row.name));
    for (const std::string& value : row.values) {
      cells += element("td", "class=\"value\"", escape_html(value));
    }
    rows += element("tr", "", cells + element("td", "class=\"note\"", escape_html(row.note)));
  }
  return element("table", "",
                 element("thead", "", element("tr", "", head + element("th", "", ""))) +
                     element("tbody", "", rows));
}

std::string section_bars(const HtmlReport::Section& section) {
  if (section.bars.empty()) return "";
  double longest = 0;
  for (const auto& bar : section.bars) longest = std::max({longest, bar.value, bar.other});
  std::string rows;
  for (const HtmlReport::Section::Bar& bar : section.bars) {
    const auto drawn = [&](const char* css, double share) {
      return "<i class=\"" + std::string(css) +
             "\" style=\"width:" + decimal(longest > 0 ? 100 * share / longest : 0, 2) + "%\"></i>";
    };
    rows += element("li",
                    "title=\"" + escape_html(bar.name) + ": " + decimal(100 * bar.value, 1) +
                        " %, " + decimal(100 * bar.other, 1) + " %\"",
                    element("span", "", escape_html(bar.name)) +
                        element("div", "", drawn("ours", bar.value) + drawn("theirs", bar.other)));
  }
  return element("p", "class=\"legend\"", escape_html(section.bars_title)) +
         element("ul", "class=\"bars\"", rows);
}

std::string sections(const HtmlReport& report) {
  std::string all;
  for (const HtmlReport::Section& section : report.sections) {
    all += element("h2", "", escape_html(section.title));
    if (!section.introduction.empty()) {
      all += element("p", "class=\"intro\"", escape_html(section.introduction));
    }
    all += element("div", "class=\"section card\"",
                   section_table(section) + section_bars(section) +
                       reliability_curve_svg(section.reliability)) +
           "\n";
  }
  return all;
}

/// Whether less than half of what the network looked at for word `t` lies in the picture: the rest
/// are the concepts that it found in all of it, or what it has said so far (a sentinel).
bool is_unplaced(const HtmlReport::Item& item, std::size_t t) {
  const auto cells = std::ptrdiff_t{1} * item.grid_height * item.grid_width;
  const auto first = item.maps.begin() + static_cast<std::ptrdiff_t>(t) * cells;
  return std::accumulate(first, first + cells, 0.0) < 0.5;
}

std::string maps(const HtmlReport::Item& item) {
  const std::size_t cells = std::size_t{1} * item.grid_height * item.grid_width;
  if (item.maps.size() != item.words.size() * cells) {
    throw InternalError("render_html: " + std::to_string(item.words.size()) + " words, " +
                        std::to_string(item.maps.size()) + " weights for a grid of " +
                        std::to_string(item.grid_height) + "x" + std::to_string(item.grid_width));
  }
  if (item.maps.empty()) return "";
  double factor = 1;
  const Image tile = scaled_to(item.picture, kTileSide, true, &factor);
  std::optional<PixelBox> visible;
  if (item.visible) {
    visible = PixelBox{.left = item.visible->left * factor,
                       .top = item.visible->top * factor,
                       .width = item.visible->width * factor,
                       .height = item.visible->height * factor};
  }
  std::string tiles;
  for (std::size_t t = 0; t < item.words.size(); ++t) {
    const HtmlReport::Word& word = item.words[t];
    const AttentionMap map{.height = item.grid_height,
                           .width = item.grid_width,
                           .weights = item.maps.data() + t * cells};
    const std::string text = escape_html(word.text);
    const char* css = !word.pointing_hit   ? is_unplaced(item, t) ? "class=\"unplaced\"" : ""
                      : *word.pointing_hit ? "class=\"hit\""
                                           : "class=\"miss\"";
    tiles += element("li", "",
                     image_element(attention_overlay(tile, map, visible), "attention for " + text) +
                         element("span", css, text));
  }
  return element("ol", "class=\"maps\"", tiles);
}

std::string meta(const HtmlReport::Item& item) {
  std::string parts;
  if (item.verdict == HtmlReport::Verdict::kRight) {
    parts += element("span", "class=\"flag right\"", "\u2713 right");
  } else if (item.verdict == HtmlReport::Verdict::kWrong) {
    parts += element("span", "class=\"flag wrong\"", "\u2717 wrong");
  }
  if (!item.note.empty()) parts += element("span", "", escape_html(item.note));
  return parts.empty() ? "" : element("p", "class=\"meta\"", parts);
}

std::string legend(const HtmlReportItems& items) {
  if (!items.have_words) return "";
  std::string parts = "Where the network looked for each word: little <i></i> much";
  if (items.have_pointing) {
    parts +=
        " \u00B7 <span class=\"hit\">peak in the named object</span> \u00B7 "
        "<span class=\"miss\">peak elsewhere, or no such object</span>";
  }
  if (items.have_unplaced) {
    parts +=
        " <span><span class=\"unplaced\">a dark map</span>: the word comes from what was "
        "found in the picture as a whole, or from the words before it, and not from a place</span>";
  }
  return element("p", "class=\"legend\"", parts);
}

}  // namespace

void HtmlReportItems::add(const HtmlReport::Item& item) {
  ++count;
  have_words = have_words || !item.words.empty();
  const std::size_t cells = std::size_t{1} * item.grid_height * item.grid_width;
  for (std::size_t t = 0; t < item.words.size(); ++t) {
    have_pointing = have_pointing || item.words[t].pointing_hit.has_value();
    const bool has_map = (t + 1) * cells <= item.maps.size();
    have_unplaced = have_unplaced || (has_map && is_unplaced(item, t));
  }
}

std::string render_html_item(const HtmlReport::Item& item) {
  double factor = 1;
  const Image picture = scaled_to(item.picture, kPictureSide, false, &factor);
  std::string references;
  for (const std::string& reference : item.references) {
    references += element("li", "", escape_html(reference));
  }
  const std::string figure =
      image_element(picture, escape_html(item.caption)) +
      (item.name.empty() ? "" : element("figcaption", "", escape_html(item.name)));
  const std::string story =
      element("p", "class=\"caption\"", escape_html(item.caption)) + meta(item) +
      (references.empty() ? "" : element("ul", "class=\"references\"", references)) + maps(item);
  return element("article", "class=\"item card\"",
                 element("figure", "", figure) + element("div", "", story)) +
         "\n";
}

std::string render_html_begin(const HtmlReport& report, const HtmlReportItems& items) {
  const auto paragraph = [](const char* css, const std::string& text) {
    return text.empty() ? std::string()
                        : element("p", std::string("class=\"") + css + "\"", escape_html(text));
  };
  return page_head(report.title, kReportStyle) + "<body><main>\n" +
         element("header", "",
                 element("h1", "", escape_html(report.title)) +
                     paragraph("intro", report.introduction)) +
         summary(report) + scores_and_curve(report) + sections(report) +
         (items.count == 0
              ? ""
              : element("h2", "", "Captions") + legend(items) + "<div class=\"items\">\n");
}

std::string render_html_end(const HtmlReport& report, const HtmlReportItems& items) {
  return (items.count == 0 ? "" : std::string("</div>\n")) +
         (report.footer.empty()
              ? ""
              : element("footer", "",
                        "Made by " + element("code", "", escape_html(report.footer)))) +
         "\n</main></body></html>\n";
}

std::string render_html(const HtmlReport& report) {
  HtmlReportItems items;
  for (const HtmlReport::Item& item : report.items) items.add(item);
  std::string page = render_html_begin(report, items);
  for (const HtmlReport::Item& item : report.items) page += render_html_item(item);
  return page + render_html_end(report, items);
}

void write_html_report(const std::filesystem::path& path, const HtmlReport& report) {
  write_file_atomically(path, std::string_view(render_html(report)));
}

}  // namespace storyteller
