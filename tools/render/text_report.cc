#include "tools/render/text_report.h"

#include <algorithm>
#include <cmath>

#include "core/system/printable_line.h"

namespace storyteller {
namespace {

constexpr size_t kLineWidth = 78;
constexpr size_t kLongestText = 4096;

std::string clean(const std::string& text) { return printable_line(text, kLongestText); }

/// Lines broken at blanks.
std::string wrapped(const std::string& text) {
  std::string out, line;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.size(), text.find(' ', begin));
    const std::string word = text.substr(begin, end - begin);
    if (!line.empty() && line.size() + 1 + word.size() > kLineWidth) {
      out += line + '\n';
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
    begin = end + 1;
  }
  return line.empty() ? out : out + line + '\n';
}

std::string padded(const std::string& text, size_t width, bool right) {
  const std::string blanks(width > text.size() ? width - text.size() : 0, ' ');
  return right ? blanks + text : text + blanks;
}

std::string table(const HtmlReport::Section& section) {
  size_t name_width = 0;
  std::vector<size_t> widths;
  for (const std::string& column : section.columns) widths.push_back(column.size());
  for (const auto& row : section.rows) {
    name_width = std::max(name_width, clean(row.name).size());
    widths.resize(std::max(widths.size(), row.values.size()));
    for (size_t i = 0; i < row.values.size(); ++i) {
      widths[i] = std::max(widths[i], clean(row.values[i]).size());
    }
  }
  std::string out = std::string(name_width, ' ');
  for (size_t i = 0; i < section.columns.size(); ++i) {
    out += "  " + padded(section.columns[i], widths[i], true);
  }
  out += '\n';
  for (const auto& row : section.rows) {
    out += padded(clean(row.name), name_width, false);
    for (size_t i = 0; i < row.values.size(); ++i) {
      out += "  " + padded(clean(row.values[i]), widths[i], true);
    }
    out += (row.note.empty() ? "" : "  " + clean(row.note)) + '\n';
  }
  return out;
}

std::string bars(const HtmlReport::Section& section) {
  constexpr double kLongestBar = 50;
  double longest = 1e-9;
  for (const auto& bar : section.bars) longest = std::max({longest, bar.value, bar.other});
  const auto length = [&](double share) {
    return static_cast<size_t>(std::lround(kLongestBar * share / longest));
  };
  std::string out = '\n' + wrapped(clean(section.bars_title));
  for (const auto& bar : section.bars) {
    const std::string name = padded(clean(bar.name), 6, true);
    out += name + ' ' + std::string(length(bar.value), '#') + '\n';
    out += std::string(name.size() + 1, ' ') + std::string(length(bar.other), '-') + '\n';
  }
  return out;
}

}  // namespace

std::string render_text(const HtmlReport::Section& section) {
  std::string out = clean(section.title) + '\n' + std::string(section.title.size(), '=') + '\n';
  out += wrapped(clean(section.introduction)) + '\n';
  if (!section.rows.empty()) out += table(section);
  if (!section.bars.empty()) out += bars(section);
  return out;
}

}  // namespace storyteller
