#include "core/error.h"
#include "core/system/printable.h"
#include "train/data/formats/formats.h"
#include "train/data/formats/rows.h"
#include "train/data/formats/set_files.h"
#include "train/data/listed_dataset.h"

namespace storyteller {

std::unique_ptr<Dataset> open_csv(const std::filesystem::path& path, Split split,
                                  const OpenOptions& options) {
  const CaptionsFiles set =
      captions_files(path,
                     {"captions.csv", "metadata.csv", "captions.tsv", "captions.txt",
                      "metadata.tsv", "data.csv", "annotations.csv", "results.csv"},
                     {".csv", ".tsv", ".csv.gz", ".tsv.gz"});
  Rows rows(split);
  rows.note(set.note);
  for (const CaptionsFile& file : set.files) {
    rows.put_below(file.folder);
    add_table(file.file, file.split, rows);
  }
  return listed_rows(set, std::move(rows), options);
}

}  // namespace storyteller
