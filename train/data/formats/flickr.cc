#include <array>
#include <functional>

#include "core/error.h"
#include "core/system/printable.h"
#include "train/data/formats/formats.h"
#include "train/data/formats/karpathy.h"
#include "train/data/formats/token_lists.h"
#include "train/data/listed_dataset.h"

namespace storyteller {

namespace fs = std::filesystem;

namespace {

constexpr std::array<Split, 3> kSplits = {Split::kTrain, Split::kVal, Split::kTest};

[[noreturn]] void fail(const fs::path& folder, const std::string& problem) {
  throw InputError(printable(folder.string(), 400) + ": " + problem);
}

/// "list of the test split (NAME); there are lists for: train val"
[[noreturn]] void fail_without_list(const fs::path& folder, Split split, const std::string& name,
                                    const std::function<fs::path(Split)>& list_of) {
  std::string there;
  for (const Split other : kSplits) {
    if (!list_of(other).empty()) there += " " + std::string(split_name(other));
  }
  fail(folder, "no list of the " + std::string(split_name(split)) + " split (" + name + "); " +
                   (there.empty() ? "no split list is there" : "there are lists for:" + there));
}

fs::path photographs(const fs::path& folder, const std::vector<std::string>& names) {
  fs::path images = first_existing(folder, names);
  if (images.empty()) fail(folder, "no folder 'images' with the photographs");
  return images;
}

}  // namespace

std::unique_ptr<Dataset> open_flickr8k(const fs::path& folder, Split split,
                                       const OpenOptions& options) {
  require_folder(folder);
  const auto text = [&](const std::string& name) {
    return first_existing(folder, {name, "Flickr8k_text/" + name});
  };
  const fs::path captions = text("Flickr8k.token.txt");
  if (captions.empty()) {
    fail(folder, "no captions: Flickr8k.token.txt is not there; is this the Flickr8k folder?");
  }
  const fs::path images =
      photographs(folder, {"images", "Images", "Flicker8k_Dataset", "Flickr8k_Dataset"});
  const auto list_name = [](Split of) {
    const std::string part = of == Split::kTrain ? "train" : of == Split::kVal ? "dev" : "test";
    return "Flickr_8k." + part + "Images.txt";
  };
  const auto list_of = [&](Split of) { return text(list_name(of)); };
  if (list_of(split).empty()) fail_without_list(folder, split, list_name(split), list_of);
  PictureList list(split);
  add_names(list_of(split), split, list);
  add_token_captions(captions, list);
  const std::string note = count_note(list, "Flickr8k", split == Split::kTrain ? 6000 : 1000);
  return std::make_unique<ListedDataset>(
      std::move(list),
      ListedDataset::Options{
          .folders = {images}, .open = options, .notes = {note}, .source = folder.string()});
}

std::unique_ptr<Dataset> open_flickr30k(const fs::path& folder, Split split,
                                        const OpenOptions& options) {
  require_folder(folder);
  const fs::path images = photographs(
      folder, {"images", "flickr30k_images", "flickr30k-images", "Images", "Flickr30k_Dataset"});
  PictureList list(split);
  const fs::path json = first_existing(folder, {"dataset_flickr30k.json"});
  if (!json.empty()) {
    add_karpathy(json, list);
  } else {
    const auto list_of = [&](Split of) {
      const std::string name(split_name(of));
      return first_existing(folder, {name + ".txt", "flickr30k_" + name + ".txt"});
    };
    const std::string name = std::string(split_name(split)) + ".txt, or dataset_flickr30k.json";
    if (list_of(split).empty()) fail_without_list(folder, split, name, list_of);
    add_names(list_of(split), split, list, ".jpg");
    const fs::path tokens = first_existing(folder, {"results_20130124.token"});
    const fs::path table =
        first_existing(folder, {"results.csv", images.filename().string() + "/results.csv"});
    if (tokens.empty() && table.empty()) {
      fail(folder,
           "no captions: results_20130124.token or results.csv is not there; is this the "
           "Flickr30k folder?");
    }
    if (!tokens.empty()) {
      add_token_captions(tokens, list);
    } else {
      add_piped_captions(table, list);
    }
  }
  const size_t published = split == Split::kTrain ? 29000 : split == Split::kVal ? 1014 : 1000;
  const std::string note = count_note(list, "Flickr30k", published);
  return std::make_unique<ListedDataset>(
      std::move(list),
      ListedDataset::Options{
          .folders = {images}, .open = options, .notes = {note}, .source = folder.string()});
}

}  // namespace storyteller
