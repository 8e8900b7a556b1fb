#include "tools/commands/list_line.h"

#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "core/text/ascii.h"
#include "core/text/json_name.h"
#include "core/text/percent.h"

namespace storyteller {
namespace {

bool is_file_there(const std::string& name) {
  struct stat status {};
  return name.find('\0') == std::string::npos && ::lstat(name.c_str(), &status) == 0;
}

/// Without one pair of quotes around it.
std::string_view unquoted(std::string_view text) {
  const bool quoted =
      text.size() > 2 && text.front() == text.back() && (text[0] == '"' || text[0] == '\'');
  return quoted ? text.substr(1, text.size() - 2) : text;
}

/// "my\ photo.jpg", as a terminal writes a file that is dropped on it.
std::string without_backslashes(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    out += text[i];
  }
  return out;
}

/// The path of an address of a file of this machine, file:///a or file:/a; empty for anything else.
std::string path_of_address(std::string_view text) {
  constexpr std::string_view kScheme = "file:", kAuthority = "//", kHost = "localhost";
  if (!text.starts_with(kScheme)) return {};
  text.remove_prefix(kScheme.size());
  if (text.starts_with(kAuthority)) {
    text.remove_prefix(kAuthority.size());
    if (text.starts_with(kHost)) text.remove_prefix(kHost.size());
  }
  return percent_decoded(text);
}

/// What a line of `caption --json` is about; empty where it is none.
std::string image_of_json(std::string_view text) {
  if (!text.starts_with('{')) return {};
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  return json.is_object() ? name_in(json, "image").value_or("") : "";
}

/// "# my pictures", rather than the name of a picture that is missing.
bool looks_like_comment(std::string_view text) {
  if (!text.starts_with('#')) return false;
  const size_t point = text.rfind('.');
  return point == std::string_view::npos || point + 6 < text.size() ||
         text.find(' ', point) != std::string_view::npos;
}

}  // namespace

ListedName name_of_line(std::string_view line) {
  if (std::string whole(line); is_file_there(whole)) return {std::move(whole)};
  const std::string_view trim = trimmed(line, kAsciiBlanks), bare = unquoted(trim);
  for (std::string other : {std::string(trim), std::string(bare), path_of_address(bare),
                            without_backslashes(bare), image_of_json(trim)}) {
    if (!other.empty() && is_file_there(other)) return {std::move(other)};
  }
  return {std::string(trim), looks_like_comment(trim)};
}

}  // namespace storyteller
