#include "tools/commands/picture_list.h"

#include <algorithm>
#include <cctype>
#include <istream>

#include "core/error.h"

namespace storyteller {
namespace {

namespace fs = std::filesystem;

bool looks_like_picture(const fs::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension == ".jpg" || extension == ".jpeg" || extension == ".jpe" || extension == ".png";
}

void add_folder(const fs::path& folder, std::vector<PictureName>* pictures) {
  std::vector<fs::path> found;
  std::error_code failure;
  for (fs::directory_iterator at(folder, failure), end; !failure && at != end;
       at.increment(failure)) {
    if (looks_like_picture(at->path()) && !at->is_directory(failure)) found.push_back(at->path());
  }
  if (failure) throw InputError(folder.string() + ": cannot list the folder: " + failure.message());
  if (found.empty()) {
    throw InputError(folder.string() + ": no JPEG or PNG files there (.jpg, .jpeg, .png)");
  }
  std::sort(found.begin(), found.end());
  for (const fs::path& path : found) pictures->push_back({path, false});
}

}  // namespace

std::vector<PictureName> list_pictures(const std::vector<std::string>& arguments,
                                       std::istream& input) {
  std::vector<PictureName> pictures;
  for (const std::string& argument : arguments) {
    std::error_code failure;
    if (argument == "-") {
      for (std::string line; std::getline(input, line);) {
        if (!line.empty() && line.back() == '\r') line.pop_back();
        if (!line.empty()) pictures.push_back({line, true});
      }
    } else if (fs::is_directory(argument, failure)) {
      add_folder(argument, &pictures);
    } else {
      pictures.push_back({argument, true});
    }
  }
  return pictures;
}

}  // namespace storyteller
