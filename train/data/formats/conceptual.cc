#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/line_reader.h"
#include "train/data/formats/formats.h"
#include "train/data/listed_dataset.h"

namespace storyteller {

namespace fs = std::filesystem;

std::unique_ptr<Dataset> open_conceptual(const fs::path& folder, Split split,
                                         const OpenOptions& options) {
  require_folder(folder);
  const std::string source = printable(folder.string(), 400);
  if (split == Split::kTest) throw InputError(source + ": Conceptual Captions has no test split");
  const bool train = split == Split::kTrain;
  const fs::path file = first_existing(
      folder, train ? std::vector<std::string>{"Train_GCC-training.tsv", "Train-GCC-training.tsv",
                                               "train.tsv"}
                    : std::vector<std::string>{"Validation_GCC-1.1.0-Validation.tsv",
                                               "Validation-1.1.0-Validation.tsv", "val.tsv"});
  if (file.empty()) {
    throw InputError(source + (train ? ": no Train_GCC-training.tsv or train.tsv"
                                     : ": no Validation_GCC-1.1.0-Validation.tsv or val.tsv"));
  }
  PictureList list(split);
  std::vector<uint32_t> line_of;  // of each picture, from 0
  LineReader lines(file);
  for (std::string_view line; lines.next(&line);) {
    if (trimmed(line).empty()) continue;
    const size_t tab = line.rfind('\t');
    if (tab == std::string_view::npos) lines.fail("expected 'caption<TAB>link'");
    bool is_new = false;
    const size_t picture = list.add(trimmed(line.substr(tab + 1)), split, &is_new);
    if (is_new) line_of.push_back(static_cast<uint32_t>(lines.number() - 1));
    list.add_caption(picture, trimmed(line.substr(0, tab)));
  }
  const std::string note =
      count_note(list, "Conceptual Captions", train ? size_t{3318333} : size_t{15840});
  const std::string part(split_name(split));
  const auto names = [line_of = std::move(line_of), part](const PictureList& pictures,
                                                          size_t picture) {
    const std::string name(pictures.name(picture));
    if (name.find("://") == std::string::npos) return std::vector<std::string>{name};
    constexpr size_t kDigits = 8;  // and 9, as img2dataset counts
    const std::string number = std::to_string(line_of[picture]);
    std::string padded(kDigits - std::min(kDigits, number.size()), '0');
    padded += number;
    std::vector<std::string> found;
    for (const std::string& digits : {number, padded, "0" + padded}) {
      for (const char* extension : {".jpg", ".png"}) {
        found.push_back(std::string(part).append("/").append(digits).append(extension));
      }
    }
    return found;
  };
  return std::make_unique<ListedDataset>(std::move(list),
                                         ListedDataset::Options{.folders = {folder / "images"},
                                                                .names = names,
                                                                .open = options,
                                                                .may_lack = true,
                                                                .notes = {note},
                                                                .source = file.string()});
}

}  // namespace storyteller
