#include <algorithm>
#include <array>

#include "core/error.h"
#include "core/system/printable.h"
#include "train/data/formats/formats.h"
#include "train/data/formats/json_layouts.h"
#include "train/data/formats/rows.h"
#include "train/data/formats/set_files.h"
#include "train/data/formats/token_lists.h"
#include "train/data/listed_dataset.h"
#include "train/text/field_names.h"

namespace storyteller {

namespace fs = std::filesystem;

namespace {

constexpr std::array<Split, 3> kSplits = {Split::kTrain, Split::kVal, Split::kTest};

/// What differs between the two sets.
struct FlickrSet {
  const char* name;
  std::array<size_t, 3> pictures;  // train, val, test, as published
  const char* karpathy;
  bool karpathy_first;                ///< Its JSON goes before lists, which were not published.
  std::vector<std::string> captions;  // best first
  std::array<std::vector<std::string>, kSplits.size()> lists;  // by split; the first is shown
};

const FlickrSet& flickr8k() {
  static const FlickrSet set = {
      "Flickr8k",
      {6000, 1000, 1000},
      "dataset_flickr8k.json",
      false,
      {"Flickr8k.token.txt", "captions.txt", "captions.csv", "captions.tsv",
       "Flickr8k.lemma.token.txt"},
      {{{"Flickr_8k.trainImages.txt", "train.txt", "trainImages.txt", "flickr8k_train.txt"},
        {"Flickr_8k.devImages.txt", "val.txt", "dev.txt", "Flickr_8k.valImages.txt", "valid.txt",
         "validation.txt", "flickr8k_val.txt"},
        {"Flickr_8k.testImages.txt", "test.txt", "testImages.txt", "flickr8k_test.txt"}}}};
  return set;
}

const FlickrSet& flickr30k() {
  static const FlickrSet set = {
      "Flickr30k",
      {29000, 1014, 1000},
      "dataset_flickr30k.json",
      true,
      {"results_20130124.token", "results.token", "results.csv", "captions.txt", "captions.csv",
       "captions.tsv", "flickr_annotations_30k.csv"},
      {{{"train.txt", "flickr30k_train.txt", "train_images.txt"},
        {"val.txt", "flickr30k_val.txt", "dev.txt", "valid.txt", "validation.txt",
         "val_images.txt"},
        {"test.txt", "flickr30k_test.txt", "test_images.txt"}}}};
  return set;
}

/// Every name of these sets is that of a file alone and ends in ".jpg", whatever a list makes of
/// it.
std::string flickr_name(std::string_view name) {
  std::string text(name.substr(name.find_last_of("/\\") + 1));
  const size_t end = text.rfind(".jpg.");  // "2258277193_586949ec62.jpg.1" of the token file
  if (end != std::string::npos &&
      text.find_first_not_of("0123456789", end + 5) == std::string::npos) {
    text.resize(end + 4);
  }
  return has_picture_extension(text) ? text : text + ".jpg";
}

class FlickrFolder {
 public:
  FlickrFolder(const fs::path& folder, const FlickrSet& set)
      : folder_(folder), set_(set), places_(subfolders(folder)) {
    places_.insert(places_.begin(), folder);
  }

  /// The first of `names` here or one level below, in any case; empty: none.
  fs::path find(const std::vector<std::string>& names) const {
    std::error_code ignored;
    for (const std::string& name : names) {
      for (const fs::path& place : places_) {
        fs::path file = entry_in_any_case(place, name);
        if (!file.empty() && fs::is_regular_file(file, ignored)) return file;
      }
    }
    return {};
  }
  fs::path list_of(Split split) const { return find(set_.lists[static_cast<size_t>(split)]); }
  bool has_lists() const {
    return std::any_of(kSplits.begin(), kSplits.end(),
                       [&](Split split) { return !list_of(split).empty(); });
  }

  [[noreturn]] void fail_without(const std::string& split) const {
    throw NoSuchSplit(printable(folder_.string(), 400) + ": " + split);
  }
  [[noreturn]] void fail(const std::string& problem) const {
    throw InputError(printable(folder_.string(), 400) + ": " + problem);
  }

 private:
  const fs::path& folder_;
  const FlickrSet& set_;
  std::vector<fs::path> places_;
};

/// "no list of the test split (NAME); there are lists for: train val"
[[noreturn]] void fail_without_list(const FlickrFolder& folder, const FlickrSet& set, Split split) {
  std::string there;
  for (const Split other : kSplits) {
    if (!folder.list_of(other).empty()) there += " " + std::string(split_name(other));
  }
  folder.fail_without("no list of the " + std::string(split_name(split)) + " split (" +
                      set.lists[static_cast<size_t>(split)].front() + ", or " + set.karpathy +
                      "); there are lists for:" + there);
}

/// Adds the names of all lists, those of the wanted split first.
void add_lists(const FlickrFolder& folder, const FlickrSet& set, Rows& rows) {
  const Split wanted = rows.wanted();
  const fs::path list = folder.list_of(wanted);
  if (list.empty()) fail_without_list(folder, set, wanted);
  if (add_names(list, wanted, rows).names == 0) {
    throw EmptySplit(printable(list.string(), 400) + ": no usable picture in the " +
                     std::string(split_name(wanted)) + " split: the list names none");
  }
  for (const Split other : kSplits) {
    const fs::path file = folder.list_of(other);
    if (other == wanted || file.empty()) continue;
    const AddedNames added = add_names(file, other, rows);
    const auto [learned, held_out] = std::minmax(wanted, other);
    rows.note(
        added.shared[static_cast<size_t>(wanted)].note(split_name(held_out), split_name(learned)));
  }
}

void add_captions(const FlickrFolder& folder, const FlickrSet& set, Rows& rows) {
  const fs::path captions = folder.find(set.captions);
  if (captions.empty()) {
    folder.fail("no captions: " + set.captions[0] + ", " + set.captions[1] + " or " +
                set.captions[2] + " is not there; is this the " + set.name +
                " folder? see docs/your-own-data.md");
  }
  if (is_token_file(captions)) {
    add_token_captions(captions, rows);
  } else {
    add_table(captions, std::nullopt, rows);
  }
  if (captions.filename().string().find("lemma") != std::string::npos) {
    rows.note(printable(captions.string(), 400) +
              ": these captions are of base forms of words (\"dog run\"); " + set.captions[0] +
              " has the sentences");
  }
}

std::unique_ptr<Dataset> open_flickr(const fs::path& path, Split split, const FlickrSet& set,
                                     const OpenOptions& options) {
  require_folder(path);
  const FlickrFolder folder(path, set);
  const bool lists = folder.has_lists();
  const fs::path karpathy = folder.find({set.karpathy});
  Rows rows(split);
  if (!karpathy.empty() && (set.karpathy_first || !lists || folder.find(set.captions).empty())) {
    add_json(JsonText::of_file(karpathy), std::nullopt, rows);
  } else {
    rows.name_by(&flickr_name);
    if (lists) {
      add_lists(folder, set, rows);
      rows.take_known_only();
    }
    add_captions(folder, set, rows);
  }
  const bool divided = !rows.names_splits();
  std::vector<fs::path> folders = picture_folders(path, split);
  if (folders.size() == 1) folder.fail("no folder 'images' with the photographs");
  PictureList list = rows.take();
  std::vector<std::string> notes = rows.notes();
  const size_t published = set.pictures[static_cast<size_t>(split)];
  notes.push_back(divided ? printable(path.string(), 400) + ": no lists of the splits (" +
                                set.lists[0].front() + ", ..., or " + set.karpathy +
                                "): pictures are divided by a hash of their names, and scores do "
                                "not compare with published ones"
                          : count_note(list, set.name, published));
  return std::make_unique<ListedDataset>(
      std::move(list),
      ListedDataset::Options{
          .folders = folders, .open = options, .notes = notes, .source = path.string()});
}

}  // namespace

std::unique_ptr<Dataset> open_flickr8k(const fs::path& folder, Split split,
                                       const OpenOptions& options) {
  return open_flickr(folder, split, flickr8k(), options);
}

std::unique_ptr<Dataset> open_flickr30k(const fs::path& folder, Split split,
                                        const OpenOptions& options) {
  return open_flickr(folder, split, flickr30k(), options);
}

}  // namespace storyteller
