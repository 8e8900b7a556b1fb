#include "tools/render/html_report.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <limits>
#include <set>

#include "core/error.h"
#include "core/system/atomic_file.h"
#include "tests/model/image/fixtures.h"
#include "tests/temporary_folder.h"
#include "tools/render/loss_curve.h"

namespace storyteller::html_report_test {
namespace {

using namespace fixtures;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Walks over the page as a strict reader would; returns the elements seen, or fails the test when
/// they do not nest or a tag holds what this page never writes.
std::set<std::string> elements_of(const std::string& html) {
  const std::set<std::string> void_elements{"meta", "img", "!DOCTYPE"};
  std::set<std::string> seen;
  std::vector<std::string> open;
  std::size_t at = 0;
  while ((at = html.find('<', at)) != std::string::npos) {
    const std::size_t end = html.find('>', at);
    if (end == std::string::npos) {
      ADD_FAILURE() << "a tag does not end";
      break;
    }
    std::string tag = html.substr(at + 1, end - at - 1);
    at = end + 1;
    if (tag[0] == '/') {
      if (open.empty() || open.back() != tag.substr(1)) {
        ADD_FAILURE() << "</" << tag << " closes nothing";
        break;
      }
      open.pop_back();
      continue;
    }
    const std::string name = tag.substr(0, tag.find_first_of(" /"));
    seen.insert(name);
    EXPECT_EQ(std::count(tag.begin(), tag.end(), '"') % 2, 0) << tag;
    if (void_elements.count(name) == 0 && tag.back() != '/') open.push_back(name);
  }
  EXPECT_TRUE(open.empty());
  return seen;
}

HtmlReport sample(const std::string& text) {
  HtmlReport report{.title = text,
                    .introduction = text,
                    .summary = {{text, text}},
                    .scores = {{text, text, text}},
                    .curve = {{1, 3, 0.1}, {2, 2, 0.4}},
                    .items = {},
                    .footer = text};
  HtmlReport::Item item;
  item.picture = smooth_picture(64, 48);
  item.name = item.caption = item.note = text;
  item.references = {text, text};
  item.words = {
      {.text = text, .pointing_hit = true}, {.text = text, .pointing_hit = false}, {.text = text}};
  item.maps.assign(3 * 4, 0.25F);
  item.grid_height = item.grid_width = 2;
  item.verdict = HtmlReport::Verdict::kRight;
  report.items.push_back(item);
  return report;
}

TEST(HtmlReport, IsOneSelfContainedPageWithoutScripts) {
  const std::string page = render_html(sample("a red circle"));
  const std::set<std::string> elements = elements_of(page);
  EXPECT_EQ(elements,
            (std::set<std::string>{
                "!DOCTYPE", "html",   "head", "meta",   "title",   "style",  "body",       "main",
                "header",   "h1",     "h2",   "p",      "dl",      "div",    "dt",         "dd",
                "table",    "tbody",  "tr",   "th",     "td",      "svg",    "text",       "line",
                "polyline", "circle", "i",    "span",   "article", "figure", "figcaption", "img",
                "ul",       "ol",     "li",   "footer", "code"}));
  EXPECT_NE(page.find("default-src 'none'; img-src data:"), std::string::npos);
  EXPECT_EQ(page.find("http://"), std::string::npos);
  EXPECT_EQ(page.find("https://"), std::string::npos);
  EXPECT_EQ(page.find("url("), std::string::npos);
}

TEST(HtmlReport, EscapesHostileTextEverywhere) {
  const std::set<std::string> innocent = elements_of(render_html(sample("word")));
  for (const std::string& payload :
       {std::string("<script>alert(1)</script>"), std::string("\"><img src=x onerror=alert(1)>"),
        std::string("' onmouseover='alert(1)"),
        std::string("</title></style><svg onload=alert(1)>"), std::string("--><!--"),
        std::string("\xff\xfe\xc0<b>"), std::string("]]>\0<iframe>", 12), std::string("&lt;b&gt;"),
        std::string("\xe2\x80\xaetxt.exe"), std::string("a\nb")}) {
    const std::string page = render_html(sample(payload));
    EXPECT_EQ(elements_of(page), innocent) << payload;
    EXPECT_EQ(page.find("<script"), std::string::npos);
    EXPECT_EQ(page.find("\"><img src=x"), std::string::npos);
    EXPECT_EQ(page.find("\xff"), std::string::npos);
    EXPECT_EQ(page.find('\0'), std::string::npos);
    // Never unescaped: the quotes and brackets of the payload are gone from attributes and text.
    EXPECT_EQ(page.find("' onmouseover='"), std::string::npos);
  }
}

TEST(HtmlReport, LeavesOutWhatIsNotThere) {
  HtmlReport report;
  report.title = "Nothing";
  const std::string page = render_html(report);
  elements_of(page);
  for (const char* part : {"<table", "<svg", "<h2", "<dl", "<footer", "<img"}) {
    EXPECT_EQ(page.find(part), std::string::npos) << part;
  }
  report = sample("x");
  report.items[0].words.clear();
  report.items[0].maps.clear();
  EXPECT_EQ(render_html(report).find("class=\"maps\""), std::string::npos);
}

TEST(HtmlReport, ShowsVerdictsAndPointing) {
  const std::string page = render_html(sample("word"));
  EXPECT_NE(page.find("\u2713 right"), std::string::npos);
  EXPECT_NE(page.find("<span class=\"hit\">word</span>"), std::string::npos);
  EXPECT_NE(page.find("<span class=\"miss\">word</span>"), std::string::npos);
  EXPECT_NE(page.find("<span>word</span>"), std::string::npos);
}

TEST(HtmlReport, WordsThatNoPlaceExplainsAreMarkedAndExplained) {
  HtmlReport report = sample("word");
  EXPECT_EQ(render_html(report).find("class=\"unplaced\""), std::string::npos);
  for (std::size_t i = 8; i < 12; ++i) report.items[0].maps[i] = 0.12F;  // the third word's
  const std::string page = render_html(report);
  EXPECT_NE(page.find("<span class=\"unplaced\">word</span>"), std::string::npos);
  EXPECT_NE(page.find("<span class=\"unplaced\">a dark map</span>: the word comes from"),
            std::string::npos);
}

TEST(HtmlReport, LongFactsHaveARowOfTheirOwn) {
  HtmlReport report;
  report.summary = {{"Pictures", "1,000"},
                    {"Search", "--beam 3 --max-words 20 --length-penalty 0.7"}};
  const std::string page = render_html(report);
  EXPECT_NE(page.find("<div><dt>Pictures"), std::string::npos);
  EXPECT_NE(page.find("<div class=\"wide\"><dt>Search"), std::string::npos);
}

TEST(HtmlReport, PartsOfAScoreAreMarkedAsSuch) {
  HtmlReport report = sample("x");
  EXPECT_EQ(render_html(report).find("class=\"part\""), std::string::npos);
  report.scores.push_back({"color", "0.5", "", /*part=*/true});
  const std::string page = render_html(report);
  EXPECT_NE(page.find("<tr class=\"part\"><th scope=\"row\">color"), std::string::npos);
}

TEST(HtmlReport, RefusesMapsThatDoNotFitTheWords) {
  HtmlReport report = sample("x");
  report.items[0].maps.pop_back();
  EXPECT_THROW(render_html(report), InternalError);
}

TEST(HtmlReport, AppearsCompleteOrNotAtAll) {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "report.html";
  write_html_report(path, sample("first"));
  set_file_fault([](const char* call) { return std::string(call) == "write" ? ENOSPC : 0; });
  EXPECT_THROW(write_html_report(path, sample("second")), IoError);
  set_file_fault(nullptr);
  std::ifstream file(path, std::ios::binary);
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(page, render_html(sample("first")));
  EXPECT_EQ(folder.files(), 1U);
}

TEST(LossCurve, MarksTheBestEpochAndSkipsGaps) {
  const std::vector<HtmlReport::Epoch> curve{
      {1, 3.5, 0.2}, {2, kNan, 0.45}, {3, 2.5, kNan}, {4, 2.4, 0.41}};
  const std::string svg = loss_curve_svg(curve);
  EXPECT_NE(svg.find("best 0.450"), std::string::npos);
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  EXPECT_EQ(svg.find("inf"), std::string::npos);
  elements_of(svg);
}

TEST(LossCurve, TakesOneSeriesOnePointAndNone) {
  EXPECT_EQ(loss_curve_svg({}), "");
  const std::vector<HtmlReport::Epoch> nothing{{1, kNan, kNan}};
  EXPECT_EQ(loss_curve_svg(nothing), "");
  const std::vector<HtmlReport::Epoch> single{{1, 2.5, kNan}};
  EXPECT_EQ(loss_curve_svg(single).find("CIDEr</text>"), std::string::npos);
  elements_of(loss_curve_svg(single));
  const std::vector<HtmlReport::Epoch> flat{{1, 2, 0}, {2, 2, 0}, {3, 2, 0}};
  const std::string svg = loss_curve_svg(flat);
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  elements_of(svg);
}

}  // namespace
}  // namespace storyteller::html_report_test
