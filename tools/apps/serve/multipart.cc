#include "tools/apps/serve/multipart.h"

#include <algorithm>
#include <cstddef>

#include "core/text/ascii.h"
#include "tools/apps/serve/limits.h"
#include "tools/apps/serve/problem.h"

namespace storyteller::serve {
namespace {

constexpr std::size_t kMaxPartHead = 2048, kMaxBoundary = 70;  // RFC 2046, 5.1.1

Problem bad_form(const std::string& why) {
  return {400, "bad_form", "multipart body: " + why,
          "curl -F image=@photo.jpg sends one that is right"};
}

/// The field of a part's head, by its name in lower case; "": it is not there.
std::string_view field_of(std::string_view head, std::string_view name) {
  while (!head.empty()) {
    const std::size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    if (lower_case(trimmed(line.substr(0, colon))) == name) return trimmed(line.substr(colon + 1));
  }
  return "";
}

/// Whether a delimiter ends here, or a longer one that only begins alike goes on.
bool ends_delimiter(std::string_view rest) {
  const std::size_t text = std::min(rest.find_first_not_of(" \t"), rest.size());
  return rest.starts_with("--") || rest.substr(text).starts_with("\r\n");
}

/// The first line end from `at` on that a delimiter follows.
std::size_t find_delimiter(std::string_view body, std::string_view between, std::size_t at) {
  for (at = body.find(between, at); at != std::string_view::npos; at = body.find(between, at + 1)) {
    if (ends_delimiter(body.substr(at + between.size()))) break;
  }
  return at;
}

FormPart part_of(std::string_view text) {
  const bool no_head = text.starts_with("\r\n");
  const std::size_t end = no_head ? 0 : text.substr(0, kMaxPartHead).find("\r\n\r\n");
  if (end == std::string_view::npos) throw bad_form("a part without its head");
  const std::string_view head = text.substr(0, end);
  const std::string_view disposition = field_of(head, "content-disposition");
  return {.name = parameter_of(disposition, "name"),
          .is_file = !parameter_of(disposition, "filename").empty(),
          .value = text.substr(end + (no_head ? 2 : 4))};
}

}  // namespace

std::string parameter_of(std::string_view field, std::string_view name) {
  std::size_t at = field.find(';');
  while (at < field.size()) {
    at = std::min(field.find_first_not_of("; \t", at), field.size());
    const std::size_t equals = field.find_first_of("=;", at);
    if (equals == std::string_view::npos) return "";
    if (field[equals] == ';') {
      at = equals;
      continue;
    }
    const std::string key = lower_case(trimmed(field.substr(at, equals - at)));
    std::string value;
    at = equals + 1;
    if (at < field.size() && field[at] == '"') {
      for (++at; at < field.size() && field[at] != '"'; ++at) {
        if (field[at] == '\\' && at + 1 < field.size()) ++at;
        value += field[at];
      }
      at = std::min(field.find(';', at), field.size());
    } else {
      const std::size_t end = std::min(field.find(';', at), field.size());
      value = trimmed(field.substr(at, end - at));
      at = end;
    }
    if (key == name) return value;
  }
  return "";
}

std::string media_type_of(std::string_view field) {
  return lower_case(trimmed(field.substr(0, field.find(';'))));
}

std::vector<FormPart> form_parts(std::string_view body, std::string_view boundary) {
  if (boundary.empty() || boundary.size() > kMaxBoundary) throw bad_form("no boundary is named");
  const std::string line = "--" + std::string(boundary), between = "\r\n" + line;
  std::size_t at = line.size();
  if (!body.starts_with(line) || !ends_delimiter(body.substr(at))) {
    at = find_delimiter(body, between, 0);
    if (at == std::string_view::npos) throw bad_form("its boundary is not in it");
    at += between.size();
  }
  std::vector<FormPart> parts;
  while (!body.substr(at).starts_with("--")) {
    const std::size_t end_of_line = body.find("\r\n", at), begin = end_of_line + 2;
    const std::size_t end = find_delimiter(body, between, end_of_line);
    if (end == std::string_view::npos) throw bad_form("it ends in the middle");
    if (parts.size() == kMaxParts) throw bad_form("more than eight parts");
    parts.push_back(part_of(body.substr(begin, end > begin ? end - begin : 0)));
    at = end + between.size();
  }
  return parts;
}

}  // namespace storyteller::serve
