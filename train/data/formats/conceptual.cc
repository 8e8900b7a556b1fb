#include "core/error.h"
#include "core/system/printable.h"
#include "train/data/formats/formats.h"
#include "train/data/formats/link_table.h"
#include "train/data/formats/numbered_pictures.h"
#include "train/data/listed_dataset.h"

namespace storyteller {

namespace fs = std::filesystem;

std::unique_ptr<Dataset> open_conceptual(const fs::path& folder, Split split,
                                         const OpenOptions& options) {
  require_folder(folder);
  const std::string source = printable(folder.string(), 400);
  if (split == Split::kTest) throw NoSuchSplit(source + ": Conceptual Captions has no test split");
  const bool train = split == Split::kTrain;
  const fs::path file = first_existing(
      folder, train ? std::vector<std::string>{"Train_GCC-training.tsv", "Train-GCC-training.tsv",
                                               "train.tsv", "train.csv", "cc3m.tsv", "cc12m.tsv",
                                               "cc3m.csv", "cc12m.csv"}
                    : std::vector<std::string>{"Validation_GCC-1.1.0-Validation.tsv",
                                               "Validation-1.1.0-Validation.tsv", "val.tsv",
                                               "validation.tsv", "val.csv", "validation.csv"});
  if (file.empty()) {
    throw NoSuchSplit(source + (train ? ": no Train_GCC-training.tsv, train.tsv or cc12m.tsv"
                                      : ": no Validation_GCC-1.1.0-Validation.tsv or val.tsv"));
  }
  PictureList list(split);
  std::vector<uint32_t> row_of;  // of each picture
  uint32_t rows = 0;
  const std::string encoding = for_each_link(file, [&](const LinkRow& row) {
    bool is_new = false;
    const size_t picture = list.add(row.link, split, &is_new);
    if (is_new) row_of.push_back(row.number);
    list.add_caption(picture, row.caption);
    rows = row.number + 1;
  });
  const std::string note =
      count_note(list, "Conceptual Captions", train ? size_t{3318333} : size_t{15840});
  const std::string part(split_name(split));
  const NumberedPictures numbered(folder / "images", part, rows);
  const auto names = [row_of = std::move(row_of), numbered](const PictureList& pictures,
                                                            size_t picture) {
    const std::string name(pictures.name(picture));
    if (name.find("://") == std::string::npos) return std::vector<std::string>{name};
    return numbered.names(row_of[picture]);
  };
  return std::make_unique<ListedDataset>(
      std::move(list),
      ListedDataset::Options{.folders = {folder / "images"},
                             .names = names,
                             .open = options,
                             .may_lack = true,
                             .notes = {note,
                                       numbered.note().empty()
                                           ? ""
                                           : printable_path(file.string()) + ": " + numbered.note(),
                                       encoding},
                             .source = file.string()});
}

}  // namespace storyteller
