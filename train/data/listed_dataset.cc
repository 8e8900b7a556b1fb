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

std::string folders_text(const std::vector<fs::path>& folders) {
  std::string text;
  for (const fs::path& folder : folders) text += (text.empty() ? "" : ", ") + folder.string();
  return text;
}

}  // namespace

bool stays_inside(const fs::path& name) {
  return !name.empty() && name.is_relative() && name.has_filename() &&
         std::none_of(name.begin(), name.end(),
                      [](const fs::path& part) { return part == ".." || part == "."; });
}

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
  const Digest digest = make_digest();
  for (size_t picture = 0; picture < list_.size(); ++picture) {
    if (list_.split(picture) == list_.wanted() && keep(picture, digest.get())) {
      kept_.push_back(static_cast<uint32_t>(picture));
    }
  }
  fingerprint_ = XXH3_64bits_digest(digest.get());
  if (lacking_ > 0) {
    options_.notes.push_back(options_.source + ": " + std::to_string(lacking_) + " of " +
                             std::to_string(list_.count(list_.wanted())) + " pictures of the " +
                             std::string(split_name(list_.wanted())) + " split are not in " +
                             folders_text(options_.folders));
  }
  require_any();
}

bool ListedDataset::keep(size_t picture, XXH3_state_s* digest) {
  const std::string name(list_.name(picture));
  const bool inside = options_.names || stays_inside(name);
  uintmax_t bytes = 0;
  std::string problem;
  if (!inside) {
    problem = "not a file name";
  } else if (options_.open.look_for_pictures) {
    const fs::path file = find(picture);
    std::error_code failure;
    if (!file.empty()) bytes = fs::file_size(file, failure);
    if (file.empty() || failure) {
      if (options_.may_lack) {
        ++lacking_;
        return false;
      }
      problem = "no such file in " + folders_text(options_.folders);
    } else if (bytes == 0) {
      problem = "empty file";
    }
  }
  if (problem.empty()) problem = list_.captions_problem(picture);
  if (!problem.empty()) {
    skipped_.record(name, problem);
    return false;
  }
  const std::string entry = name + '\0' + std::to_string(bytes) + '\n';
  XXH3_64bits_update(digest, entry.data(), entry.size());
  return true;
}

void ListedDataset::require_any() const {
  if (!kept_.empty()) return;
  const size_t listed = list_.count(list_.wanted());
  throw InputError(options_.source + ": no usable picture in the " +
                   std::string(split_name(list_.wanted())) + " split; " +
                   (listed == 0    ? "pictures by split: " + list_.counts_text()
                    : lacking_ > 0 ? "none of the " + std::to_string(listed) + " pictures is in " +
                                         folders_text(options_.folders)
                                   : skipped_.summary()));
}

fs::path ListedDataset::find(size_t picture) const {
  std::vector<std::string> names;
  if (options_.names) {
    names = options_.names(list_, picture);
  } else {
    names.emplace_back(list_.name(picture));
  }
  for (const std::string& name : names) {
    if (!stays_inside(name)) continue;
    for (const fs::path& folder : options_.folders) {
      std::error_code failure;
      if (fs::is_regular_file(folder / name, failure)) return folder / name;
    }
  }
  return {};
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
