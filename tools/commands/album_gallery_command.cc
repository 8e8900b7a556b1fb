// `storyteller album gallery`: pages to browse the album with, in any browser.
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "core/system/printable.h"
#include "core/text/number_format.h"
#include "tools/apps/album/album_file.h"
#include "tools/apps/album/gallery.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/progress.h"
#include "tools/commands/album_arguments.h"
#include "tools/commands/album_picture.h"

namespace storyteller {
namespace {

struct GalleryArguments {
  AlbumPlace place;
  std::filesystem::path out;
  std::string title = "Album";
};

int gallery(const GalleryArguments& arguments) {
  const auto connection = album::open_album(arguments.place.db, album::Connection::Access::kRead);
  ProgressStyle style = ProgressStyle::detect(2);
  style.plain_interval = 30;
  Progress progress(std::cerr, style);
  const auto counts =
      album::write_gallery(*connection, thresholds_for(*connection), arguments.out, arguments.title,
                           [&](size_t done, size_t all) {
                             progress.update({.label = "thumbnails",
                                              .done = static_cast<std::int64_t>(done),
                                              .total = static_cast<std::int64_t>(all),
                                              .unit = "pictures"});
                           });
  progress.finish();
  for (const std::string& why : counts.failed) report_warning(why, std::cerr);
  std::cout << (arguments.out / "index.html").string() << ": " << grouped(counts.pictures)
            << (counts.pictures == 1 ? " picture" : " pictures") << " on " << grouped(counts.pages)
            << (counts.pages == 1 ? " page\n" : " pages\n");
  return 0;
}

}  // namespace

void add_album_gallery(const Options& album) {
  auto arguments = std::make_shared<GalleryArguments>();
  const Options command =
      album.command("gallery", "write pages with thumbnails, to be opened in a browser");
  command.text("folder", arguments->out, "a new folder, or that of a gallery").required();
  command.text("--title", arguments->title, "of the pages");
  arguments->place.add_options(command);
  command.runs([arguments] { return gallery(*arguments); });
}

}  // namespace storyteller
