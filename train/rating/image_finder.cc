#include "train/rating/image_finder.h"

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/number_format.h"
#include "model/image/picture_folder.h"

namespace storyteller {

namespace fs = std::filesystem;

ImageFinder::ImageFinder(const std::string& folder,
                         std::unordered_map<std::string, std::string> file_names)
    : folder_(folder), file_names_(std::move(file_names)) {
  std::error_code failure;
  if (!fs::is_directory(folder, failure)) {
    throw InputError("`images` " + folder + ": no such folder");
  }
  const std::vector<fs::path> pictures = list_picture_folder(folder).pictures;
  if (pictures.empty()) throw InputError("`images` " + folder + ": no JPEG or PNG files there");
  for (const fs::path& picture : pictures) {
    const std::string stem = picture.stem().string();
    by_name_[picture.filename().string()] = picture;
    add(stem, picture, &by_stem_);
    if (const auto number = trailing_number(stem)) add(*number, picture, &by_number_);
  }
}

fs::path ImageFinder::find(const std::string& id) const {
  if (const auto named = file_names_.find(id); named != file_names_.end()) {
    return found(named->second, by_name_);
  }
  for (const Files* files : {&by_name_, &by_stem_}) {
    if (fs::path path = found(id, *files); !path.empty()) return path;
  }
  const bool is_number = id.find_first_not_of("0123456789") == std::string::npos;
  return is_number ? found(trailing_number(id).value_or(""), by_number_) : fs::path();
}

/// What two files could be meant by is none.
void ImageFinder::add(const std::string& name, const fs::path& path, Files* files) {
  const auto [at, is_new] = files->emplace(name, path);
  if (!is_new) at->second.clear();
}

fs::path ImageFinder::found(const std::string& name, const Files& files) {
  const auto at = files.find(name);
  return at == files.end() ? fs::path() : at->second;
}

/// Digits at the end, without leading zeros; nothing where there are none.
std::optional<std::string> ImageFinder::trailing_number(const std::string& text) {
  const size_t begin = text.find_last_not_of("0123456789") + 1;  // npos + 1 is 0
  if (begin == text.size()) return std::nullopt;
  return text.substr(std::min(text.find_first_not_of('0', begin), text.size() - 1));
}

std::vector<std::string> ratable_images(const std::vector<RatedSystem>& systems,
                                        const std::vector<FiledCaption>* references,
                                        const ImageFinder& images,
                                        std::vector<std::string>* notes) {
  std::vector<std::string> common = images_in_common(systems, references);
  if (common.empty()) {
    throw InputError(std::string("no image has a caption of every system") +
                     (references != nullptr ? " and a reference" : "") +
                     "; do the files speak of the same images, with the same ids?");
  }
  size_t captioned = 0;
  for (const RatedSystem& system : systems) {
    captioned = std::max(captioned, system.captions.size());
  }
  if (common.size() < captioned) {
    notes->push_back(grouped(captioned - common.size()) + " of " + grouped(captioned) +
                     " images are left out: not every system has a caption of them" +
                     (references != nullptr ? ", or they have no reference" : ""));
  }
  const size_t all = common.size();
  const std::string example = common[0];
  std::erase_if(common, [&](const std::string& id) { return images.find(id).empty(); });
  if (common.empty()) {
    throw InputError("`images` " + images.folder() + ": no picture of any of the " + grouped(all) +
                     " images, such as " + printable(example) +
                     "; pictures are looked for by the references' file_name, else as ID.jpg");
  }
  if (common.size() < all) {
    notes->push_back(grouped(all - common.size()) + " of " + grouped(all) +
                     " images are left out: their pictures are not in " + images.folder());
  }
  return common;
}

}  // namespace storyteller
