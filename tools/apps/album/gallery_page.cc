#include <algorithm>
#include <string>

#include "core/text/hex.h"
#include "core/text/number_format.h"
#include "core/text/utf8.h"
#include "tools/apps/album/gallery.h"
#include "tools/render/html.h"

namespace storyteller::album {
namespace {

bool stays_in_url(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == '~' || c == '/';
}

std::string attribute(const char* name, const std::string& value) {
  return std::string(" ") + name + "=\"" + escape_html(value) + "\"";
}

std::string navigation(size_t page, size_t pages, const char* label) {
  if (pages < 2) return "";
  std::string out = std::string("<nav aria-label=\"") + label + "\">\n<ul class=\"pages\">\n";
  for (size_t p = 0; p < pages; ++p) {
    const bool near = p == 0 || p + 1 == pages || (p + 2 >= page && p <= page + 2);
    if (!near) continue;
    const std::string number = std::to_string(p + 1);
    out += p == page ? "<li><a aria-current=\"page\" href=\"" + page_name(p) + "\">Page " + number +
                           "</a></li>\n"
                     : "<li><a href=\"" + page_name(p) + "\">Page " + number + "</a></li>\n";
  }
  return out + "</ul>\n</nav>\n";
}

std::string card(const GalleryItem& item) {
  const std::string image =
      "<img" + attribute("src", item.thumbnail) + attribute("alt", item.text) +
      attribute("width", std::to_string(item.width)) +
      attribute("height", std::to_string(item.height)) + " loading=\"lazy\" decoding=\"async\">";
  std::string out = "<li class=\"card\">\n";
  out += item.link.empty() ? image : "<a" + attribute("href", item.link) + ">" + image + "</a>";
  out += "\n<p class=\"text\" aria-hidden=\"true\">" + escape_html(item.text) + "</p>\n";
  if (!item.tags.empty()) {
    out += "<p class=\"tags\">";
    for (const std::string& tag : item.tags) out += "<span>" + escape_html(tag) + "</span> ";
    out += "</p>\n";
  }
  out += "<p class=\"name\">" + escape_html(item.name);
  if (!item.taken.empty()) out += " · " + escape_html(item.taken);
  return out + "</p>\n</li>\n";
}

}  // namespace

std::string relative_link(const std::filesystem::path& file, const std::filesystem::path& from) {
  const std::string way = file.lexically_relative(from).string();
  std::string link;
  for (const char c : way) {
    link += stays_in_url(c) ? std::string(1, c) : "%" + hex(static_cast<unsigned char>(c), 2);
  }
  return link;
}

std::string page_name(size_t page) {
  return page == 0 ? "index.html" : "page-" + std::to_string(page + 1) + ".html";
}

std::string gallery_page(const std::string& title, std::span<const GalleryItem> items, size_t page,
                         size_t pages, size_t pictures, bool searchable) {
  const std::string name = escape_html(title);
  std::string out =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src 'self' "
      "file:; style-src 'self' file:; script-src 'self' file:; base-uri 'none'; form-action "
      "'none'\">\n"
      "<title>" +
      name + (page > 0 ? ", page " + std::to_string(page + 1) : "") +
      "</title>\n<link rel=\"stylesheet\" href=\"style.css\">\n";
  if (searchable) {
    out +=
        "<script src=\"pictures.js\" defer></script>\n<script src=\"search.js\" defer></script>\n";
  }
  out += "</head>\n<body>\n<header>\n<h1>" + name + "</h1>\n<p>" + grouped(pictures) +
         (pictures == 1 ? " picture" : " pictures") + "</p>\n";
  if (searchable) {
    out +=
        "<form role=\"search\" id=\"search\" hidden>\n<label for=\"query\">Search</label>\n<input "
        "type=\"search\" id=\"query\" autocomplete=\"off\" placeholder=\"dog beach\">\n</form>\n"
        "<p id=\"found\" role=\"status\"></p>\n";
  }
  out += "</header>\n<main>\n" + navigation(page, pages, "Pages") +
         "<ul class=\"cards\" id=\"cards\">\n";
  for (const GalleryItem& item : items) out += card(item);
  return out + "</ul>\n" + navigation(page, pages, "Pages, again") +
         "</main>\n<footer><p>Sentences by a model: “?” means likely, “??” unsure.</p></footer>\n"
         "</body>\n</html>\n";
}

std::string script_string(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const std::string_view before = text;
    const char32_t c = take_character(&text);
    const bool plain = c >= 0x20 && c != U'"' && c != U'\\' && c != U'<' && c != U'>' &&
                       c != U'&' && c != U'\'' && !(c >= 0x7F && c < 0xA0) && c != 0x2028 &&
                       c != 0x2029 && c != kReplacementCharacter;
    if (plain) {
      out += before.substr(0, before.size() - text.size());
    } else {
      out += "\\u" + hex(c == kReplacementCharacter ? 0xFFFD : c, 4);
    }
  }
  return out + "\"";
}

std::string gallery_index(std::span<const GalleryItem> items) {
  std::string out = "\"use strict\";\nconst pictures = [\n";
  for (const GalleryItem& item : items) {
    std::string tags;
    for (const std::string& tag : item.tags) tags += (tags.empty() ? "" : " ") + tag;
    out += "[" + script_string(item.thumbnail) + "," + std::to_string(item.width) + "," +
           std::to_string(item.height) + "," + script_string(item.link) + "," +
           script_string(item.name) + "," + script_string(item.text) + "," + script_string(tags) +
           "],\n";
  }
  return out + "];\n";
}

}  // namespace storyteller::album
