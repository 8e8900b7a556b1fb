#include "train/data/flickr8k_dataset.h"

#include <xxhash.h>

#include <fstream>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "core/error.h"
#include "model/image/decode.h"

namespace storyteller {
namespace {

namespace fs = std::filesystem;
using CaptionsByName = std::unordered_map<std::string, std::vector<std::string>>;

constexpr const char* kCaptionFile = "Flickr8k.token.txt";

std::optional<fs::path> first_existing(const fs::path& folder,
                                       const std::vector<std::string>& names) {
  std::error_code ignored;
  for (const std::string& name : names) {
    if (fs::exists(folder / name, ignored)) return folder / name;
  }
  return std::nullopt;
}

std::optional<fs::path> find_text(const fs::path& folder, const std::string& name) {
  return first_existing(folder, {name, "Flickr8k_text/" + name});
}

// Lines without their end, byte order mark and trailing blanks; Windows line ends included.
std::vector<std::string> read_lines(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in || fs::is_directory(file)) throw InputError(file.string() + ": cannot be opened");
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    if (lines.empty() && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    lines.push_back(std::move(line));
  }
  if (in.bad()) throw InputError(file.string() + ": reading failed");
  return lines;
}

CaptionsByName read_captions(const fs::path& file) {
  CaptionsByName captions;
  size_t number = 0;
  for (const std::string& line : read_lines(file)) {
    ++number;
    if (line.empty()) continue;
    const size_t tab = line.find('\t');
    const size_t hash = line.rfind('#', tab);
    if (tab == std::string::npos || hash == std::string::npos || hash == 0) {
      throw InputError(file.string() + ":" + std::to_string(number) +
                       ": expected 'name.jpg#k<TAB>caption'");
    }
    if (tab + 1 < line.size()) captions[line.substr(0, hash)].push_back(line.substr(tab + 1));
  }
  return captions;
}

std::string list_name(Split split) {
  const std::string part = split == Split::kTrain ? "train" : split == Split::kVal ? "dev" : "test";
  return "Flickr_8k." + part + "Images.txt";
}

fs::path require_list(const fs::path& folder, Split split) {
  if (const auto list = find_text(folder, list_name(split))) return *list;
  std::string there;
  for (const Split other : {Split::kTrain, Split::kVal, Split::kTest}) {
    if (find_text(folder, list_name(other))) there += " " + std::string(split_name(other));
  }
  throw InputError(folder.string() + ": no list of the " + std::string(split_name(split)) +
                   " split (" + list_name(split) + "); " +
                   (there.empty() ? "no split list is there" : "there are lists for:" + there));
}

bool is_plain_name(const std::string& name) {  // a list cannot lead outside the folder
  return name.find('/') == std::string::npos && name != "." && name != "..";
}

}  // namespace

Flickr8kDataset::Flickr8kDataset(const fs::path& folder, Split split, const MaxBad& max_bad) {
  std::error_code ignored;
  if (!fs::exists(folder, ignored)) throw InputError(folder.string() + ": no such folder");
  if (!fs::is_directory(folder, ignored)) throw InputError(folder.string() + ": not a folder");
  const auto caption_file = find_text(folder, kCaptionFile);
  if (!caption_file) {
    throw InputError(folder.string() + ": no captions: " + kCaptionFile +
                     " is not there; is this the Flickr8k folder?");
  }
  const auto images =
      first_existing(folder, {"images", "Images", "Flicker8k_Dataset", "Flickr8k_Dataset"});
  if (!images) throw InputError(folder.string() + ": no folder 'images' with the photographs");
  images_ = *images;

  const std::vector<std::string> names = read_lines(require_list(folder, split));
  CaptionsByName captions = read_captions(*caption_file);
  skipped_ = BadPictures(max_bad.of(names.size()));
  std::unordered_set<std::string> seen;
  std::string digest;
  for (const std::string& name : names) {
    if (name.empty() || !seen.insert(name).second) continue;
    const auto found = captions.find(name);
    const uintmax_t bytes = is_plain_name(name) ? fs::file_size(images_ / name, ignored) : 0;
    if (!is_plain_name(name) || ignored || bytes == 0) {
      skipped_.record(name, !is_plain_name(name) ? "not a file name"
                            : ignored            ? "no such file in " + images_.string()
                                                 : "empty file");
    } else if (found == captions.end()) {
      skipped_.record(name, "no captions");
    } else {
      digest += name + '\0' + std::to_string(bytes) + '\n';
      pictures_.push_back({name, std::move(found->second)});
    }
  }
  if (pictures_.empty()) {
    throw InputError(folder.string() + ": no usable picture in the " +
                     std::string(split_name(split)) + " split; " + skipped_.summary());
  }
  fingerprint_ = XXH3_64bits(digest.data(), digest.size());
}

Image Flickr8kDataset::load(size_t i, std::vector<std::string>* warnings) const {
  return read_image(path(i), warnings);
}

}  // namespace storyteller
