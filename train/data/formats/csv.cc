#include <algorithm>
#include <optional>

#include "core/error.h"
#include "train/data/formats/caption_members.h"
#include "train/data/formats/csv_reader.h"
#include "train/data/formats/formats.h"
#include "train/data/formats/rows.h"

namespace storyteller {

namespace fs = std::filesystem;

namespace {

std::optional<size_t> column(const std::vector<std::string>& titles,
                             const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const auto found = std::find(titles.begin(), titles.end(), name);
    if (found != titles.end()) return static_cast<size_t>(found - titles.begin());
  }
  return std::nullopt;
}

}  // namespace

std::unique_ptr<Dataset> open_csv(const fs::path& path, Split split, const OpenOptions& options) {
  const fs::path file =
      table_file(path, {"captions.csv", "metadata.csv", "captions.tsv", "captions.txt"});
  CsvReader reader(file);
  std::vector<std::string> titles, fields;
  if (!reader.next(&titles)) throw InputError(reader.name() + ": empty");
  const auto image = column(titles, {"image", "file_name", "filename", "path"});
  const auto caption = column(titles, {"caption", "text"});
  const auto part = column(titles, {"split"});
  if (!image || !caption) {
    reader.fail("the first line must name the columns, \"image\" and \"caption\" among them");
  }
  Rows rows(split);
  while (reader.next(&fields)) {
    if (fields.size() != titles.size()) {
      reader.fail(std::to_string(fields.size()) + " fields in a table of " +
                  std::to_string(titles.size()) + " columns");
    }
    const RecordPlace place{.file = reader.name(), .line = reader.line()};
    rows.add_caption(
        rows.add_picture(fields[*image], part ? named_split(fields[*part], place) : std::nullopt),
        fields[*caption]);
  }
  return listed_beside(file, reader.name(), rows.take(), options);
}

}  // namespace storyteller
