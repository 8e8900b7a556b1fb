#include "train/data/listed_dataset.h"

#include <algorithm>

#include <xxhash.h>

#include "core/error.h"
#include "core/system/printable.h"
#include "model/image/decode.h"
#include "model/image/file_bytes.h"

namespace storyteller {

namespace fs = std::filesystem;

namespace {

using Digest = std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)>;

Digest make_digest() {
  Digest digest(XXH3_createState(), XXH3_freeState);
  if (!digest) throw MemoryError("no memory to open a data set");
  XXH3_64bits_reset(digest.get());
  return digest;
}

/// Whether a name from a list stays inside of the folder: relative, without "..".
bool stays_inside(const fs::path& name) {
  return !name.empty() && name.is_relative() && name.has_filename() &&
         std::none_of(name.begin(), name.end(),
                      [](const fs::path& part) { return part == ".." || part == "."; });
}

}  // namespace

fs::path first_existing(const fs::path& folder, const std::vector<std::string>& names) {
  std::error_code ignored;
  for (const std::string& name : names) {
    if (fs::exists(folder / name, ignored)) return folder / name;
  }
  return {};
}

void require_folder(const fs::path& folder) {
  std::error_code ignored;
  const std::string name = printable(folder.string(), 400);
  if (!fs::exists(folder, ignored)) throw InputError(name + ": no such folder");
  if (!fs::is_directory(folder, ignored)) throw InputError(name + ": not a folder");
}

std::string count_note(const PictureList& list, const std::string& set, size_t expected) {
  const size_t count = list.count(list.wanted());
  if (count == expected) return "";
  return set + ": " + std::to_string(count) + " pictures in the " +
         std::string(split_name(list.wanted())) + " split, where the published one has " +
         std::to_string(expected) + "; scores do not compare with published ones";
}

ListedDataset::ListedDataset(PictureList list, Options options)
    : list_(std::move(list)),
      options_(std::move(options)),
      skipped_(options_.open.max_bad.of(list_.count(list_.wanted()))) {
  std::erase(options_.notes, "");
  list_.finish();
  Search search{.finder = PictureFinder(options_.folders), .ways = {}, .taken = {}};
  const Digest digest = make_digest();
  for (size_t picture = 0; picture < list_.size(); ++picture) {
    if (list_.split(picture) == list_.wanted() && keep(picture, search, digest.get())) {
      kept_.push_back(static_cast<uint32_t>(picture));
    }
  }
  fingerprint_ = XXH3_64bits_digest(digest.get());
  list_.forget_names();
  std::vector<std::string>& notes = options_.notes;
  for (auto& found : {list_.notes(options_.source), search.ways.notes(options_.source)}) {
    notes.insert(notes.end(), found.begin(), found.end());
  }
  if (lacking_ > 0) {
    notes.push_back(options_.source + ": " + std::to_string(lacking_) + " of " +
                    std::to_string(list_.count(list_.wanted())) + " pictures of the " +
                    std::string(split_name(list_.wanted())) + " split are not in " +
                    search.finder.folders_text());
  }
  require_any(search.absent);
}

std::string ListedDataset::look_for(size_t picture, Search& search, fs::path* file) {
  const std::string name(list_.name(picture));
  const std::string nowhere = "no such file in " + search.finder.folders_text();
  if (options_.names) {
    *file = find_by_names(picture);
    return file->empty() ? nowhere : "";
  }
  PictureFinder::Found found = search.finder.find(name);
  *file = found.file;
  if (file->empty()) {
    ++search.absent;
    return found.problem;
  }
  if (found.way.empty()) return "";
  // Two names that lead to one file: for one of them it is the wrong one.
  for (const fs::path& folder : options_.folders) {
    const auto listed = list_.find(file->lexically_relative(folder).string());
    if (listed && *listed != picture) search.taken.try_emplace(file->string(), *listed);
  }
  const auto [taken, is_new] = search.taken.try_emplace(file->string(), picture);
  if (!is_new) {
    return "its file " + printable(file->string(), 400) + " is that of '" +
           printable(list_.name(taken->second)) + "'";
  }
  search.ways.count(found.way, name, file->string());
  found_of_[static_cast<uint32_t>(picture)] = static_cast<uint32_t>(found_.add(file->string()));
  return "";
}

bool ListedDataset::keep(size_t picture, Search& search, XXH3_state_s* digest) {
  const std::string name(list_.name(picture));
  uintmax_t bytes = 0;
  std::string problem;
  if (options_.open.look_for_pictures) {
    fs::path file;
    problem = look_for(picture, search, &file);
    if (file.empty() && options_.may_lack) {
      ++lacking_;
      return false;
    }
    std::error_code failure;
    if (problem.empty()) bytes = fs::file_size(file, failure);
    if (problem.empty() && failure) problem = failure.message();
    if (problem.empty() && bytes == 0) problem = "empty file";
  }
  if (problem.empty()) problem = list_.captions_problem(picture);
  if (!problem.empty()) {
    if (search.absent > skipped_.most() && search.absent == skipped_.count() + 1 && kept_.empty()) {
      throw InputError(options_.source + ": none of the first " + std::to_string(search.absent) +
                       " pictures is in " + search.finder.folders_text() + ": " +
                       printable(skipped_.empty() ? name : skipped_.all().front().name) + " (" +
                       (skipped_.empty() ? problem : skipped_.all().front().reason) +
                       "); is this the folder of the pictures?");
    }
    skipped_.record(name, problem);
    return false;
  }
  const std::string entry = name + '\0' + std::to_string(bytes) + '\n';
  XXH3_64bits_update(digest, entry.data(), entry.size());
  return true;
}

void ListedDataset::require_any(size_t absent) const {
  if (!kept_.empty()) return;
  const size_t listed = list_.count(list_.wanted());
  const std::string what = options_.source + ": no usable picture in the " +
                           std::string(split_name(list_.wanted())) + " split; ";
  if (listed == 0) {
    const std::string message = what + "pictures by split: " + list_.counts_text();
    if (list_.size() == 0) throw EmptySplit(what + "its list names none");
    throw NoSuchSplit(message);
  }
  throw InputError(what +
                   (lacking_ > 0 ? "none of the " + std::to_string(listed) + " pictures is in " +
                                       PictureFinder(options_.folders).folders_text()
                                 : skipped_.summary()) +
                   (absent == listed ? "; is this the folder of the pictures?" : ""));
}

fs::path ListedDataset::find_by_names(size_t picture) const {
  for (const std::string& name : options_.names(list_, picture)) {
    if (!stays_inside(name)) continue;
    for (const fs::path& folder : options_.folders) {
      std::error_code failure;
      if (fs::is_regular_file(folder / name, failure)) return folder / name;
    }
  }
  return {};
}

fs::path ListedDataset::find(size_t picture) const {
  if (options_.names) return find_by_names(picture);
  const auto found = found_of_.find(static_cast<uint32_t>(picture));
  if (found != found_of_.end()) return found_[found->second];
  for (const fs::path& folder : options_.folders) {
    std::error_code failure;
    fs::path file = folder / list_.name(picture);
    if (fs::is_regular_file(file, failure)) return file;
  }
  return {};
}

uint64_t ListedDataset::stored_bytes(size_t i) const {
  std::error_code failure;
  const uintmax_t bytes = fs::file_size(find(kept_[i]), failure);
  return failure ? 0 : bytes;
}

Image ListedDataset::load(size_t i, std::vector<std::string>* warnings) const {
  const fs::path file = find(kept_[i]);
  if (file.empty()) throw InputError(printable(id(i)) + ": no such file");
  return read_image(file, warnings);
}

std::string ListedDataset::picture_bytes(size_t i) const {
  const auto any = [](std::span<const std::byte>, const std::string&) {};
  const auto bytes = read_file_bytes(find(kept_[i]), kMaxImageFileBytes, any);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace storyteller
