#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/apps/album/export.h"

namespace storyteller::album {

inline constexpr size_t kThumbnailsAPage = 200;
/// Up to so many pictures have a search in the page.
inline constexpr size_t kSearchable = 20'000;
/// Pixels of a thumbnail's longer side.
inline constexpr int kThumbnailSide = 400;

/// What a gallery shows of a picture.
struct GalleryItem {
  std::string thumbnail;  ///< "thumbs/12-0a1b2c3d.jpg"
  int width = 0, height = 0;
  std::string link;  ///< to the picture, relative to the gallery; "" without
  std::string name, text, taken;
  std::vector<std::string> tags;
};

/// A relative link to a file, in the form of URLs: every byte that could mean something else there
/// becomes %NN. "" where there is no relative way.
std::string relative_link(const std::filesystem::path& file, const std::filesystem::path& from);

/// The name of a page, from 0: "index.html", "page-2.html".
std::string page_name(size_t page);

/// The page with `items`; pages link to each other.
std::string gallery_page(const std::string& title, std::span<const GalleryItem> items, size_t page,
                         size_t pages, size_t pictures, bool searchable);

/// The words of all pictures for the search in the page: a script that defines them.
std::string gallery_index(std::span<const GalleryItem> items);

/// `text` as a string of JavaScript that holds in any page or script: quotes, `<`, line ends of any
/// kind and what is not UTF-8 are escaped.
std::string script_string(std::string_view text);

std::string gallery_style();
std::string gallery_script();

struct GalleryCounts {
  size_t pictures = 0, pages = 0, made = 0, kept = 0;
  std::vector<std::string> failed;  ///< pictures that could not be read
};

/// Writes a gallery: pages, a style, a script, thumbnails. Thumbnails that are there already are
/// kept. Throws UsageError where `folder` holds something else.
GalleryCounts write_gallery(Connection& connection, const TagThresholds& thresholds,
                            const std::filesystem::path& folder, const std::string& title,
                            const std::function<void(size_t done, size_t all)>& progress);

}  // namespace storyteller::album
