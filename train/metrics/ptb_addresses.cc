// Web and mail addresses, file names, @names and #tags.
#include <algorithm>
#include <array>

#include "train/metrics/ptb_lexer.h"

namespace storyteller::ptb {
namespace {

constexpr auto kVerbatim = Spelling::kVerbatim;

/// False for white space that ends any address.
bool is_address_char(char32_t c) {
  return c != ' ' && c != '\t' && c != '\n' && c != '\f' && c != '\r' && c != '"' && c != '<' &&
         c != '>' && c != '|' && c != '(' && c != ')';
}
bool may_end_address(char32_t c) {
  return is_address_char(c) && c != '.' && c != '!' && c != '?' && c != '{' && c != '}' &&
         c != ',' && c != '-';
}

/// One past the longest run of `inside` characters from `i` that ends in one that may end an
/// address and has at least `minimum` characters; 0 if there is none.
template <class Test>
size_t address_end(const Text& text, size_t i, size_t limit, size_t minimum, Test inside) {
  size_t end = skip(text, i, limit, inside);
  while (end >= i + minimum && !may_end_address(text[end - 1])) --end;
  return end >= i + minimum ? end : 0;
}

/// A path behind a host name, or `host` where there is none.
size_t with_path(const Text& text, size_t host, size_t limit) {
  if (text[host] != '/') return host;
  const size_t end = address_end(text, host + 1, limit, 2, is_address_char);
  return end > 0 ? end : host;
}

/// name.name.com, and www.name.de: host names without a scheme.
void offer_host(const Text& text, size_t begin, size_t limit, Match& best) {
  static constexpr std::array<std::string_view, 4> kDomains = {"com", "net", "org", "edu"};
  const auto in_label = [](char32_t c) {
    return is_address_char(c) && c != '`' && c != '\'' && c != '!' && c != '{' && c != '}' &&
           c != '$' && !(c >= ',' && c <= '_');
  };
  for (size_t i = begin;;) {
    const size_t dot = skip(text, i, limit, in_label);
    if (dot == i || text[dot] != '.') break;
    i = dot + 1;
    for (const std::string_view domain : kDomains) {
      if (starts_with(text, i, domain)) best.offer(with_path(text, i + 3, limit), kVerbatim);
    }
  }
  if (!starts_with(text, begin, "www.")) return;
  const auto in_www_label = [](char32_t c) {
    return is_address_char(c) && c != '.' && c != '!' && c != '?' && c != '{' && c != '}' &&
           c != ',';
  };
  for (size_t i = begin + 4;;) {
    const size_t dot = skip(text, i, limit, in_www_label);
    if (dot == i || text[dot] != '.') break;
    i = dot + 1;
    const size_t country = skip(text, i, std::min(limit, i + 4), is_ascii_letter);
    if (country >= i + 2) best.offer(with_path(text, country, limit), kVerbatim);
  }
}

/// user@host, also in angle brackets.
void offer_mail(const Text& text, size_t begin, size_t limit, Match& best) {
  if (text[begin] == '<') ++begin;
  if (!is_ascii_alnum(text[begin])) return;
  const auto in_mail = [](char32_t c) {
    return is_address_char(c) && c != 0xA0 && c != '{' && c != '}';
  };
  const size_t end = skip(text, begin, limit, in_mail);
  for (size_t at = begin + 1; at < end; ++at) {
    if (text[at] != '@') continue;
    size_t stop = at + 1;  // labels that are not empty, separated by single dots
    while (stop < end && (text[stop] != '.' || (text[stop - 1] != '.' && stop > at + 1))) ++stop;
    while (stop > at + 1 && text[stop - 1] == '.') --stop;
    if (stop > at + 1) best.offer(stop + (text[stop] == '>' ? 1 : 0), kVerbatim);
  }
}

void offer_file_name(const Text& text, size_t begin, Match& best) {
  static constexpr std::array<std::string_view, 35> kExtensions = {
      "bat", "bmp", "c",    "class", "cgi",  "cpp",  "dll", "doc", "docx", "exe", "gif", "gz",
      "h",   "htm", "html", "jar",   "java", "jpeg", "jpg", "mov", "mp3",  "pdf", "php", "pl",
      "png", "ppt", "ps",   "py",    "sql",  "tar",  "txt", "wav", "x",    "xml", "zip"};
  const size_t limit = text.window(begin);
  size_t dot = skip(text, begin, limit, is_alnum);
  const auto offer = [&](std::string_view extension) {
    const size_t end = dot + 1 + extension.size();
    const char32_t next = text[end];
    const bool ends = is_space(next) || next == '.' || next == '?' || next == '!' || next == ',';
    if (ends && starts_with(text, dot + 1, extension)) best.offer(end, end + 1);
  };
  while (text[dot] == '.' && is_alnum(text[dot + 1])) {
    for (const std::string_view extension : kExtensions) offer(extension);
    dot = skip(text, dot + 1, limit, is_alnum);
  }
}

}  // namespace

void offer_addresses(const Text& text, size_t begin, Match& best) {
  const char32_t c = text[begin];
  const size_t limit = text.window(begin);
  if (c == '@' && (is_ascii_letter(text[begin + 1]) || text[begin + 1] == '_')) {
    best.offer(skip(text, begin + 1, text.size(),
                    [](char32_t x) { return is_ascii_alnum(x) || x == '_'; }));
  }
  if (c == '#' && is_letter(text[begin + 1])) {
    best.offer(skip(text, begin + 1, text.size(), is_letter));
  }
  if (is_space(c)) return;
  if (starts_with(text, begin, "http")) {
    const size_t colon = begin + ((text[begin + 4] | 32U) == 's' ? 5 : 4);
    if (starts_with(text, colon, "://")) {
      const auto inside = [](char32_t x) { return is_address_char(x) && x != '{' && x != '}'; };
      if (const size_t end = address_end(text, colon + 3, limit, 2, inside)) {
        best.offer(end, kVerbatim);
      }
    }
  }
  offer_host(text, begin, limit, best);
  offer_mail(text, begin, limit, best);
  if (is_alnum(c)) offer_file_name(text, begin, best);
}

}  // namespace storyteller::ptb
