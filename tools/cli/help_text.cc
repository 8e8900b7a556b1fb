#include "tools/cli/help_text.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "core/system/environment.h"

namespace storyteller {
namespace {

constexpr std::size_t kLeast = 40, kMost = 120, kUsual = 100;

/// Where a line goes on.
std::size_t hanging_indent(std::string_view line) {
  const std::size_t begin = std::min(line.find_first_not_of(' '), line.size());
  const std::size_t gap = line.find("  ", begin);
  if (gap == std::string_view::npos) return begin;
  return std::min(line.find_first_not_of(' ', gap), line.size());
}

void append_wrapped(std::string& out, std::string_view line, std::size_t width) {
  std::size_t indent = hanging_indent(line);
  if (indent + kLeast / 2 > width) indent = 0;  // there would be no room
  for (std::size_t column = 0; column + line.size() > width; column = indent) {
    // At the last blank that fits, else behind the word that does not.
    const std::size_t text = column == 0 ? std::max(indent, std::size_t{1}) : 0;
    std::size_t end = line.rfind(' ', width - column);
    if (end == std::string_view::npos || end <= text) end = line.find(' ', width - column);
    if (end == std::string_view::npos) break;
    out.append(line.substr(0, end)).append("\n").append(indent, ' ');
    line.remove_prefix(end + 1);
  }
  out.append(line);
}

}  // namespace

std::size_t help_width() {
  winsize size{};
  std::size_t width = kUsual;
  if (::isatty(STDOUT_FILENO) == 1 && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&
      size.ws_col > 0) {
    width = size.ws_col;
  } else {
    const std::string columns = environment("COLUMNS");
    std::from_chars(columns.data(), columns.data() + columns.size(), width);
  }
  return std::clamp(width, kLeast, kMost);
}

std::string wrapped_help(std::string_view text, std::size_t width) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    append_wrapped(out, text.substr(0, end), width);
    if (end == std::string_view::npos) break;
    out += '\n';
    text.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace storyteller
