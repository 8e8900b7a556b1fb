#include "tools/apps/album/gallery.h"

#include <algorithm>
#include <cstddef>

#include "core/error.h"
#include "core/system/atomic_file.h"
#include "core/system/parallel.h"
#include "core/system/printable.h"
#include "core/text/hex.h"
#include "model/image/decode.h"
#include "model/image/encode.h"
#include "model/image/resize.h"
#include "tools/apps/album/scan.h"

namespace storyteller::album {
namespace {

constexpr int kQuality = 80;

/// Width and height of a thumbnail of a picture that is turned upright.
std::pair<int, int> thumbnail_size(const PictureDetails& picture) {
  double width = picture.width, height = picture.height;
  if (picture.orientation >= 5) std::swap(width, height);
  const double scale = std::min(1.0, kThumbnailSide / std::max({width, height, 1.0}));
  const auto side = [&](double pixels) { return std::max(1, static_cast<int>(pixels * scale)); };
  return {side(width), side(height)};
}

/// Throws where the picture cannot be read.
void make_thumbnail(const PictureDetails& picture, const std::filesystem::path& to) {
  const Image image = read_image(picture.path, nullptr, {.min_side = kThumbnailSide});
  const double scale =
      std::min(1.0, static_cast<double>(kThumbnailSide) / std::max(image.width, image.height));
  const auto side = [&](int pixels) { return std::max(1, static_cast<int>(pixels * scale)); };
  const Image small = scale < 1 ? resize(image, side(image.width), side(image.height)) : image;
  write_file_atomically(to, encode_jpeg(small, kQuality));
}

void require_gallery_folder(const std::filesystem::path& folder) {
  std::error_code failure;
  if (!std::filesystem::exists(folder, failure)) return;
  if (!std::filesystem::is_directory(folder, failure)) {
    throw UsageError(printable_path(folder.string()) + ": is a file; name a folder");
  }
  const bool ours = std::filesystem::exists(folder / kGalleryMark, failure);
  if (!ours && !std::filesystem::is_empty(folder, failure)) {
    throw UsageError(printable_path(folder.string()) +
                     ": holds something else; name a new folder, or that of a gallery");
  }
}

}  // namespace

GalleryCounts write_gallery(Connection& connection, const TagThresholds& thresholds,
                            const std::filesystem::path& folder, const std::string& title,
                            const std::function<void(size_t done, size_t all)>& progress) {
  require_gallery_folder(folder);
  std::filesystem::create_directories(folder / "thumbs");
  write_file_atomically(folder / kGalleryMark, "A gallery of storyteller's: it may be removed.\n");
  GalleryCounts counts;
  const std::filesystem::path from = std::filesystem::weakly_canonical(folder);
  std::vector<GalleryItem> items;
  std::vector<PictureDetails> pictures;
  for_each_picture(connection, thresholds, {}, [&](const ExportedPicture& picture) {
    const PictureDetails& d = picture.details;
    const auto [width, height] = thumbnail_size(d);
    const auto content = static_cast<std::uint64_t>(d.content);
    items.push_back({.thumbnail = "thumbs/" + std::to_string(d.id) + "-" + hex(content, 8) + ".jpg",
                     .width = width,
                     .height = height,
                     .link = relative_link(d.path, from),
                     .name = d.name,
                     .text = list_text(d),
                     .taken = d.taken.substr(0, 10),
                     .tags = picture.tags});
    pictures.push_back(d);
  });
  std::vector<std::string> errors(items.size());
  std::vector<char> made(items.size());
  constexpr size_t kStep = 64;
  for (size_t begin = 0; begin < items.size(); begin += kStep) {
    const size_t end = std::min(items.size(), begin + kStep);
    parallel_for(
        end - begin, 0,
        [&](size_t offset) {
          const size_t i = begin + offset;
          std::error_code failure;
          if (std::filesystem::exists(folder / items[i].thumbnail, failure)) return;
          try {
            make_thumbnail(pictures[i], folder / items[i].thumbnail);
            made[i] = 1;
          } catch (const InputError& error) {
            errors[i] = error.what();
          }
        },
        /*block=*/1);
    if (progress) progress(end, items.size());
  }
  std::vector<GalleryItem> shown;
  for (size_t i = 0; i < items.size(); ++i) {
    if (!errors[i].empty()) {
      counts.failed.push_back(errors[i]);
      continue;
    }
    ++(made[i] != 0 ? counts.made : counts.kept);
    shown.push_back(std::move(items[i]));
  }
  counts.pictures = shown.size();
  counts.pages = std::max<size_t>(1, (shown.size() + kThumbnailsAPage - 1) / kThumbnailsAPage);
  const bool searchable = shown.size() <= kSearchable;
  write_file_atomically(folder / "style.css", gallery_style());
  if (searchable) {
    write_file_atomically(folder / "search.js", gallery_script());
    write_file_atomically(folder / "pictures.js", gallery_index(shown));
  }
  for (size_t page = 0; page < counts.pages; ++page) {
    const size_t begin = page * kThumbnailsAPage;
    const auto part =
        std::span(shown).subspan(begin, std::min(kThumbnailsAPage, shown.size() - begin));
    write_file_atomically(folder / page_name(page),
                          gallery_page(title, part, page, counts.pages, shown.size(), searchable));
  }
  return counts;
}

}  // namespace storyteller::album
