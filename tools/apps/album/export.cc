#include "tools/apps/album/export.h"

#include <algorithm>
#include <cstdio>
#include <sstream>

#include "core/error.h"
#include "core/system/atomic_file.h"
#include "core/system/printable.h"
#include "core/text/text_file.h"
#include "core/text/utf8.h"
#include "model/wording/people_text.h"
#include "tools/render/html.h"

namespace storyteller::album {
namespace {

bool lies_in(const std::string& path, const std::filesystem::path& folder) {
  const std::string top = folder.string();
  return path == top || path.starts_with(top.ends_with('/') ? top : top + "/");
}

std::string hedged(const PictureDetails& picture) {
  std::vector<std::string> words;
  std::istringstream in(picture.caption);
  for (std::string word; in >> word;) words.push_back(word);
  const Assessment assessment{.confidence = picture.confidence,
                              .photo = picture.photo,
                              .domain = std::nullopt,
                              .grade = static_cast<Grade>(std::clamp(picture.grade, 0, 2))};
  if (!assessment.is_photograph()) return "";
  const Hedge hedge = picture.confidence ? Hedge::kFull : Hedge::kNone;
  return people_text(std::move(words), assessment, {.hedge = hedge});
}

std::string two_digits(const std::optional<double>& value) {
  if (!value) return "";
  char text[16];
  std::snprintf(text, sizeof text, "%.2f", *value);
  return text;
}

std::string grade_of(const PictureDetails& picture) {
  return std::string(name_of(static_cast<Grade>(std::clamp(picture.grade, 0, 2))));
}

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : between) + word;
  return text;
}

}  // namespace

void for_each_picture(Connection& connection, const TagThresholds& thresholds,
                      const std::vector<std::filesystem::path>& folders,
                      const std::function<void(const ExportedPicture&)>& take) {
  std::vector<std::int64_t> ids;
  Statement all(connection,
                "SELECT picture.id, root.path, picture.name FROM picture JOIN caption ON "
                "caption.picture = picture.id JOIN root ON root.id = picture.root WHERE state <> 3 "
                "ORDER BY root.path, picture.name");
  while (all.step()) {
    const std::string path = all.text(1) + "/" + all.text(2);
    const bool wanted =
        folders.empty() || std::any_of(folders.begin(), folders.end(),
                                       [&](const auto& folder) { return lies_in(path, folder); });
    if (wanted) ids.push_back(all.integer(0));
  }
  for (const std::int64_t id : ids) {
    const auto found = details(connection, id);
    if (!found) continue;
    take({.details = *found,
          .sentence = hedged(*found),
          .tags = tag_words(picture_tags(connection, thresholds, id))});
  }
}

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

std::string csv_header() {
  return "image,text,caption,grade,confidence,photo,taken,width,height,tags\r\n";
}

std::string csv_line(const ExportedPicture& picture) {
  const PictureDetails& d = picture.details;
  const std::string fields[] = {d.path,
                                d.text,
                                d.caption,
                                grade_of(d),
                                two_digits(d.confidence),
                                two_digits(d.photo),
                                d.taken,
                                std::to_string(d.width),
                                std::to_string(d.height),
                                joined(picture.tags, " ")};
  std::string line;
  for (const std::string& field : fields) line += (line.empty() ? "" : ",") + csv_field(field);
  return line + "\r\n";
}

std::filesystem::path sidecar_target(const PictureDetails& picture, const SidecarOptions& options) {
  const std::filesystem::path path = picture.path;
  if (options.to.empty()) return sidecar_of(path, options.naming);
  std::filesystem::path below = picture.name;
  for (const std::filesystem::path& folder : options.folders) {
    if (!lies_in(picture.path, folder)) continue;
    below = path == folder ? path.filename() : path.lexically_relative(folder);
  }
  const std::filesystem::path name = sidecar_of(path, options.naming).filename();
  return options.to / below.parent_path() / name;
}

void write_sidecar(const ExportedPicture& picture, const SidecarOptions& options,
                   SidecarCounts& counts) {
  const std::filesystem::path target = sidecar_target(picture.details, options);
  std::error_code failure;
  std::filesystem::path base = target;
  if (!std::filesystem::is_regular_file(base, failure)) {
    base = existing_sidecar(picture.details.path);
  }
  try {
    const std::string before = base.empty() ? "" : read_text_file(base);
    const PictureDetails& d = picture.details;
    const auto after = updated_packet(before,
                                      {.description = picture.sentence,
                                       .alt_text = picture.sentence,
                                       .tags = picture.tags,
                                       .model = d.model,
                                       .grade = grade_of(d),
                                       .confidence = two_digits(d.confidence)},
                                      options.overwrite);
    if (!after) {
      counts.left_alone.push_back(base.string());
      return;
    }
    if (*after == before && base == target) {
      ++counts.unchanged;
      return;
    }
    if (!options.dry_run) {
      if (!options.to.empty()) std::filesystem::create_directories(target.parent_path());
      write_file_atomically(target, *after);
    }
    ++counts.written;
  } catch (const IoError& error) {
    counts.failed.emplace_back(error.what());
  } catch (const std::filesystem::filesystem_error& error) {
    counts.failed.push_back(printable_path(target.string()) + ": " + error.code().message());
  }
}

std::string html_head(const std::string& title) {
  return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
         "'unsafe-inline'\">\n<title>" +
         escape_html(title) +
         "</title>\n<style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem "
         "auto;max-width:70rem;"
         "padding:0 1rem;color:#222;background:#fff}table{border-collapse:collapse;width:100%}"
         "td,th{padding:.4rem .6rem;border-bottom:1px solid "
         "#ddd;text-align:left;vertical-align:top;"
         "overflow-wrap:anywhere}</style>\n</head>\n<body>\n<main>\n<h1>" +
         escape_html(title) +
         "</h1>\n<table>\n<thead><tr><th scope=\"col\">Picture</th><th "
         "scope=\"col\">Sentence</th><th scope=\"col\">Tags</th></tr></thead>\n<tbody>\n";
}

std::string html_row(const ExportedPicture& picture) {
  return "<tr><th scope=\"row\">" + escape_html(picture.details.name) + "</th><td>" +
         escape_html(list_text(picture.details)) + "</td><td>" +
         escape_html(joined(picture.tags, ", ")) + "</td></tr>\n";
}

std::string html_foot() { return "</tbody>\n</table>\n</main>\n</body>\n</html>\n"; }

}  // namespace storyteller::album
