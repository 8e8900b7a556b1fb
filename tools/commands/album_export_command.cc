// `storyteller album export`: sentences and tags for other programs.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/system/atomic_file.h"
#include "core/system/printable.h"
#include "core/text/json_line.h"
#include "core/text/number_format.h"
#include "tools/apps/album/album_file.h"
#include "tools/apps/album/export.h"
#include "tools/cli/exit_code.h"
#include "tools/commands/album_arguments.h"
#include "tools/commands/album_output.h"
#include "tools/commands/album_picture.h"

namespace storyteller {
namespace {

using album::Connection;
using album::ExportedPicture;

struct ExportArguments {
  AlbumPlace place;
  bool xmp = false, json = false, csv = false, html = false, dry_run = false, overwrite = false;
  std::filesystem::path to;
  std::optional<album::SidecarNaming> naming;
  std::vector<std::string> folders;
};

std::vector<std::filesystem::path> absolute_folders(const std::vector<std::string>& names) {
  std::vector<std::filesystem::path> folders;
  for (const std::string& name : names) {
    std::error_code failure;
    std::filesystem::path path = std::filesystem::weakly_canonical(name, failure);
    if (failure) path = std::filesystem::absolute(name);
    std::string text = path.string();
    while (text.size() > 1 && text.ends_with('/')) text.pop_back();
    folders.emplace_back(text);
  }
  return folders;
}

int export_sidecars(Connection& connection, const ExportArguments& arguments) {
  const album::SidecarOptions options{.to = arguments.to,
                                      .folders = absolute_folders(arguments.folders),
                                      .naming = arguments.naming,
                                      .overwrite = arguments.overwrite,
                                      .dry_run = arguments.dry_run};
  if (album::exempi_version().empty()) {
    throw DeviceError("XMP was not built: install libexempi-dev and configure again");
  }
  album::SidecarCounts counts;
  album::for_each_picture(
      connection, thresholds_for(connection), options.folders,
      [&](const ExportedPicture& picture) { album::write_sidecar(picture, options, counts); });
  for (const std::string& file : counts.left_alone) {
    report_warning(printable_path(file) + ": is no XMP that can be read; it was left alone",
                   std::cerr);
  }
  std::cout << grouped(counts.written) << (arguments.dry_run ? " would be written, " : " written, ")
            << grouped(counts.unchanged) << " unchanged, " << grouped(counts.left_alone.size())
            << " left alone, " << grouped(counts.failed.size()) << " failed\n";
  if (counts.failed.empty()) return 0;
  throw IoError(counts.failed.front() + " (and " + std::to_string(counts.failed.size() - 1) +
                " more); --to DIR writes the sidecars elsewhere");
}

/// Standard output, or a file in --to DIR.
class Output {
 public:
  Output(const std::filesystem::path& folder, const char* name, bool dry_run) {
    if (folder.empty() || dry_run) return;
    std::error_code failure;
    std::filesystem::create_directories(folder, failure);
    file_.emplace(folder / name);
  }
  void write(const std::string& text) {
    if (file_) {
      file_->write(text);
    } else {
      std::cout << text;
    }
  }
  void finish() {
    if (file_) file_->commit();
  }

 private:
  std::optional<AtomicFile> file_;
};

std::string json_of(const ExportedPicture& picture) {
  nlohmann::ordered_json json = picture_json(picture.details);
  json["tags"] = picture.tags;
  json["width"] = picture.details.width;
  json["height"] = picture.details.height;
  return json_line(json);
}

int export_album(const ExportArguments& arguments) {
  const int forms =
      int{arguments.xmp} + int{arguments.json} + int{arguments.csv} + int{arguments.html};
  if (forms != 1) throw UsageError("name one of --xmp, --json, --csv and --html");
  const auto connection = album::open_album(arguments.place.db, Connection::Access::kRead);
  if (arguments.xmp) return export_sidecars(*connection, arguments);
  const char* name = arguments.json ? "album.json" : arguments.csv ? "album.csv" : "album.html";
  Output output(arguments.to, name, arguments.dry_run);
  size_t count = 0;
  const auto put = [&](const std::string& text) {
    if (!arguments.dry_run) output.write(text);
  };
  if (arguments.csv) put(album::csv_header());
  if (arguments.html) put(album::html_head("Album"));
  album::for_each_picture(*connection, thresholds_for(*connection),
                          absolute_folders(arguments.folders), [&](const ExportedPicture& picture) {
                            ++count;
                            put(arguments.json  ? json_of(picture)
                                : arguments.csv ? album::csv_line(picture)
                                                : album::html_row(picture));
                          });
  if (arguments.html) put(album::html_foot());
  output.finish();
  if (arguments.dry_run) std::cout << grouped(count) << " pictures would be written\n";
  return 0;
}

}  // namespace

void add_album_export(const Options& album) {
  auto arguments = std::make_shared<ExportArguments>();
  const Options command = album.command("export", "sentences and tags for other programs");
  command.several("folders", arguments->folders, "only pictures of these folders");
  const Options form = command.group("Form, one of them");
  form.flag("--xmp", arguments->xmp, "sidecar files beside the pictures, which stay as they are");
  form.flag("--json", arguments->json, "one JSON object per picture, a line each");
  form.flag("--csv", arguments->csv, "a table");
  form.flag("--html", arguments->html, "a page without pictures");
  command.text("--to", arguments->to, "folder that is written to");
  command.flag("--dry-run", arguments->dry_run, "say what would be written, and write nothing");
  command.choice(
      "--sidecar", {"full", "stem"}, "",
      [arguments](const std::string& word) {
        arguments->naming =
            word == "stem" ? album::SidecarNaming::kStem : album::SidecarNaming::kFull;
      },
      "photo.jpg.xmp or photo.xmp, whichever is there");
  command.flag("--overwrite", arguments->overwrite, "also descriptions that people wrote");
  arguments->place.add_options(command);
  command.runs([arguments] { return export_album(*arguments); });
}

}  // namespace storyteller
