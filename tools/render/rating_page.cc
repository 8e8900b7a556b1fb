#include "tools/render/rating_page.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/text/number_format.h"
#include "model/image/encode.h"
#include "model/image/resize.h"
#include "tools/render/html.h"
#include "tools/render/rating_script.h"
#include "tools/render/rating_style.h"
#include "tools/render/report_style.h"

namespace storyteller {
namespace {

struct Scale {
  std::string question;
  std::array<const char*, 5> anchors;  ///< what 1 to 5 mean
};

Scale scale_of(const std::string& name) {
  if (name == "correctness") {
    return {"Does it say what the picture shows?",
            {"wrong", "mostly wrong", "half right", "mostly right", "right"}};
  }
  if (name == "fluency") {
    return {"Is it well written, whatever it says?",
            {"broken", "poor", "passable", "good", "flawless"}};
  }
  if (name == "quality") {
    return {"How good is it as a caption of this picture?",
            {"very bad", "bad", "fair", "good", "very good"}};
  }
  return {"How much of it is there?", {"very low", "low", "middling", "high", "very high"}};
}

/// JSON that may stand inside of a script element: ASCII, and no '<' that could end it.
std::string script_safe(const nlohmann::ordered_json& json) {
  std::string out;
  for (const char c : json.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace)) {
    if (c == '<') {
      out += "\\u003c";
    } else {
      out += c;
    }
  }
  return out;
}

std::string data_of(const RatingSheet& sheet, const std::vector<RatingPicture>& pictures) {
  nlohmann::ordered_json data{{"sheet", sheet.id}};
  std::map<std::string, size_t> index;
  auto& urls = data["pictures"] = nlohmann::ordered_json::array();
  for (const RatingPicture& picture : pictures) {
    index.emplace(picture.image, index.size());
    urls.push_back("data:image/jpeg;base64," + base64(picture.jpeg));
  }
  auto& scales = data["scales"] = nlohmann::ordered_json::array();
  for (const std::string& scale : sheet.scales) scales.push_back({{"name", scale}});
  auto& items = data["items"] = nlohmann::ordered_json::array();
  for (const RatingItem& item : sheet.items) {
    const auto picture = index.find(item.image);
    if (picture == index.end()) {
      throw InternalError("render_rating_page: no picture of image " + item.image);
    }
    items.push_back({{"picture", picture->second}, {"caption", item.caption}});
  }
  return script_safe(data);
}

std::string scale_element(const std::string& name, size_t index) {
  const Scale scale = scale_of(name);
  std::string html = "<fieldset id=\"scale-" + std::to_string(index) + "\"><legend><b>" +
                     escape_html(name) + "</b> \u00B7 " + scale.question +
                     "</legend><div class=\"scores\">";
  for (size_t i = 0; i < scale.anchors.size(); ++i) {
    const std::string number = std::to_string(i + 1);
    const std::string label = escape_html(name) + " " + number + ", " + scale.anchors[i];
    html += R"(<button type="button" aria-pressed="false" aria-label=")";
    html.append(label).append("\"><b>").append(number).append("</b><span>");
    html.append(scale.anchors[i]).append("</span></button>");
  }
  return html + "</div></fieldset>\n";
}

std::string head() {
  return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
         "img-src data:; style-src 'unsafe-inline'; script-src 'sha256-" +
         std::string(kRatingScriptHash) +
         "'; base-uri 'none'; form-action 'none'\">"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
         "<meta name=\"referrer\" content=\"no-referrer\"><title>Rating captions</title><style>" +
         std::string(kReportStyle) + std::string(kRatingStyle) + "</style></head>\n";
}

std::string start_view(const RatingSheet& sheet) {
  std::string scales;
  for (const std::string& name : sheet.scales) {
    scales += (scales.empty() ? "" : ", then ") + ("<b>" + escape_html(name)) + "</b>";
  }
  return R"(<section id="start" class="start card"><h1>Rating captions</h1>
<p>You will see )" +
         grouped(sheet.items.size()) +
         R"( pictures with a caption each. Rate every caption by itself:
)" + scales +
         R"(, from 1 to 5. Some pictures, and some captions, come more than once; rate them as if they
were new.</p>
<p class="small">Nothing leaves this page. Your answers are kept in this browser, so you may close it and go
on later; at the end, or at any time before, export them and send the file to whoever gave you the page.</p>
<p id="noscript" class="warning">This page needs JavaScript; switch it on for this file.</p>
<label for="rater">Your name or initials</label>
<form id="name"><input id="rater" autocomplete="off" maxlength="60" required aria-describedby="known">
<button class="primary">Start</button></form>
<p id="known" class="small" hidden>You have been here before: the same name goes on where you were.</p>
<dl class="keys"><dt><kbd>1</kbd> to <kbd>5</kbd></dt><dd>rate; the next scale or caption follows by itself</dd>
<dt><kbd>0</kbd></dt><dd>I cannot judge this caption</dd>
<dt><kbd>Backspace</kbd></dt><dd>take the last rating back (also <kbd>U</kbd>, <kbd>Ctrl</kbd>+<kbd>Z</kbd>)</dd>
<dt><kbd>&larr;</kbd><kbd>&rarr;</kbd></dt><dd>look at the caption before or after; rate it anew there</dd></dl>
<p class="small">Mouse, touch and <kbd>Tab</kbd> with <kbd>Enter</kbd> work as well.</p></section>
)";
}

std::string rate_view(const RatingSheet& sheet) {
  std::string scales;
  for (size_t s = 0; s < sheet.scales.size(); ++s) scales += scale_element(sheet.scales[s], s);
  return R"(<section id="rate" aria-label="Rate" hidden>
<div class="bar"><output id="position" aria-label="Caption"></output>
<progress id="progress" value="0" aria-label="Captions rated"></progress><span id="who" class="who"></span>
<button type="button" id="json">Export JSON</button></div>
<div class="task card"><div class="picture"><img id="picture" alt="The picture that the caption is about"></div>
<div><p id="caption" class="caption" aria-live="polite"></p>
)" + scales +
         R"(<div class="moves"><button type="button" id="back">&larr; Back</button>
<button type="button" id="undo">Undo</button><button type="button" id="skip">Cannot judge</button>
<button type="button" id="next">Next &rarr;</button><p id="said" class="said" role="status"></p></div></div></div>
<div class="hints small"><span><kbd>1</kbd>&ndash;<kbd>5</kbd> rate</span><span><kbd>0</kbd> cannot judge</span>
<span><kbd>Backspace</kbd> undo</span><span><kbd>&larr;</kbd> <kbd>&rarr;</kbd> back, next</span>
<button type="button" id="csv" class="plain">Export CSV</button>
<button type="button" id="change" class="plain">Another rater</button></div></section>
)";
}

std::string done_view() {
  return R"(<section id="done" class="start card" hidden><h1>Thank you</h1>
<p id="summary" role="status"></p>
<p>Export your ratings and send the JSON file to whoever gave you this page. The CSV holds the same for a
spreadsheet.</p>
<div class="exports"><button type="button" id="json-2" class="primary">Export JSON</button>
<button type="button" id="csv-2">Export CSV</button><button type="button" id="resume">Rate what is open</button>
<button type="button" id="review">&larr; Back</button>
<button type="button" id="change-2" class="plain">Another rater</button></div>
<p id="said-2" class="small" role="status"></p></section>
)";
}

}  // namespace

std::vector<std::byte> encode_rating_picture(const Image& picture) {
  const double factor = std::min(
      1.0, static_cast<double>(kRatingPictureSide) / std::max(picture.width, picture.height));
  const auto scaled = [&](int length) {
    return std::max(1, static_cast<int>(std::lround(length * factor)));
  };
  return encode_jpeg(resize(picture, scaled(picture.width), scaled(picture.height)),
                     kPageJpegQuality);
}

std::string render_rating_page(const RatingSheet& sheet,
                               const std::vector<RatingPicture>& pictures) {
  return head() +
         "<body><main class=\"rating\">\n<p id=\"unsaved\" class=\"warning\" role=\"alert\" "
         "hidden>This browser keeps nothing for this page: export your ratings before you close "
         "it.</p>\n" +
         start_view(sheet) + rate_view(sheet) + done_view() +
         "</main>\n<script type=\"application/json\" id=\"sheet\">" + data_of(sheet, pictures) +
         "</script>\n<script>" + std::string(kRatingScript) + "</script></body></html>\n";
}

}  // namespace storyteller
