#include "train/data/formats/token_lists.h"

#include <optional>

#include "core/text/ascii.h"
#include "core/text/line_reader.h"
#include "train/metrics/files/caption_file.h"

namespace storyteller {

namespace {

/// "name.jpg#0    A dog .": editors make blanks of tabs.
std::optional<TokenLine> spaced_line(std::string_view line) {
  const size_t hash = line.find('#');
  if (hash == std::string_view::npos || hash == 0) return std::nullopt;
  const size_t blank = line.find_first_not_of("0123456789", hash + 1);
  if (blank == std::string_view::npos || blank == hash + 1 || line[blank] != ' ') {
    return std::nullopt;
  }
  return TokenLine{.image = line.substr(0, hash),
                   .number = line.substr(hash + 1, blank - hash - 1),
                   .caption = line.substr(blank)};
}

}  // namespace

AddedNames add_names(const std::filesystem::path& file, Split split, Rows& rows) {
  AddedNames added;
  LineReader lines(file);
  for (std::string_view line; lines.next(&line);) {
    const std::string_view name = trimmed(line);
    if (name.empty()) continue;
    ++added.names;
    const auto before = rows.list_name(name, split);
    if (before && *before != split) added.shared[static_cast<size_t>(*before)].add(rows.form(name));
  }
  return added;
}

void add_token_captions(const std::filesystem::path& file, Rows& rows) {
  LineReader lines(file);
  std::vector<std::string> caption(1);
  for (std::string_view line; lines.next(&line);) {
    if (trimmed(line).empty()) continue;
    auto found = token_line(line);
    if (!found) found = spaced_line(line);
    if (!found) lines.fail("expected 'name.jpg#k<TAB>caption'");
    caption.front() = trimmed(found->caption);
    rows.add(found->image, std::nullopt, caption);
  }
  rows.note(lines.invalid().warning(lines.name()));
}

bool is_token_file(const std::filesystem::path& file) {
  const std::string name = file.filename().string();
  if (name.ends_with(".token") || name.ends_with("token.txt")) return true;
  LineReader lines(file);
  for (std::string_view line; lines.next(&line);) {
    if (trimmed(line).empty()) continue;
    return token_line(line).has_value() || spaced_line(line).has_value();
  }
  return false;
}

}  // namespace storyteller
