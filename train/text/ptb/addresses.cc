// Web addresses (the characters of RFC 3986), mail addresses (RFC 5322, unquoted), @names, #tags.
#include <array>

#include "train/text/ptb/lexer.h"

namespace storyteller::ptb {
namespace {

constexpr auto kAsIs = Spelling::kAsIs;

/// One past the URL characters from `i`, less the punctuation that belongs to the sentence.
size_t url_end(const Text& text, size_t i, size_t limit) {
  size_t end = skip(text, i, limit, [](char32_t c) {
    return is_alnum(c) || is_any_of(c, "-._~:/?#[]@!$&'()*+,;=%");
  });
  while (end > i && is_any_of(text[end - 1], ".,;:!?'()[]*-")) --end;
  return end;
}

/// A host name: labels of letters, digits and hyphens, joined by single dots.
struct Host {
  size_t last;  ///< where the last label begins
  size_t end;   ///< one past the last label
  size_t labels;
};

Host read_host(const Text& text, size_t begin, size_t limit) {
  const auto in_label = [](char32_t c) { return is_alnum(c) || c == '-'; };
  Host host{begin, begin, 0};
  for (size_t i = begin; is_alnum(text[i]) && i < limit; i = host.end + 1) {
    host = {i, skip(text, i, limit, in_label), host.labels + 1};
    if (text[host.end] != '.') break;
  }
  while (host.end > host.last && text[host.end - 1] == '-') --host.end;
  return host;
}

/// www.name.de, name.org/path: without a scheme, known by its prefix or a domain of RFC 920.
void offer_host(const Text& text, size_t begin, size_t limit, Match& best) {
  static constexpr std::array<std::string_view, 6> kDomains = {"com", "edu", "gov",
                                                               "mil", "net", "org"};
  const Host host = read_host(text, begin, limit);
  bool known = host.labels > 2 && starts_with(text, begin, "www.");
  for (const std::string_view domain : kDomains) {
    known = known || (host.labels > 1 && host.end - host.last == domain.size() &&
                      starts_with(text, host.last, domain));
  }
  if (known) best.offer(text[host.end] == '/' ? url_end(text, begin, limit) : host.end, kAsIs);
}

/// name@host, <name@host>.
void offer_mail(const Text& text, size_t begin, size_t limit, Match& best) {
  const bool angle = text[begin] == '<';
  const size_t name = begin + (angle ? 1 : 0);
  if (!is_ascii_alnum(text[name])) return;
  const size_t at = skip(text, name, limit,
                         [](char32_t c) { return is_ascii_alnum(c) || is_any_of(c, "._%+-"); });
  if (text[at] != '@') return;
  const Host host = read_host(text, at + 1, limit);
  if (host.labels == 0) return;
  if (!angle) best.offer(host.end, kAsIs);
  if (angle && text[host.end] == '>') best.offer(host.end + 1, kAsIs);
}

}  // namespace

void offer_addresses(const Text& text, size_t begin, Match& best) {
  const char32_t c = text[begin];
  const size_t limit = text.window(begin);
  if ((c == '@' || c == '#') && is_letter(text[begin + 1])) {
    best.offer(
        skip(text, begin + 1, text.size(), [](char32_t x) { return is_alnum(x) || x == '_'; }));
  }
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!starts_with(text, begin, scheme)) continue;
    const size_t end = url_end(text, begin, limit);
    if (end > begin + scheme.size()) best.offer(end, kAsIs);
  }
  if (is_alnum(c)) offer_host(text, begin, limit, best);
  offer_mail(text, begin, limit, best);
}

}  // namespace storyteller::ptb
