// libFuzzer target for the files that `--data` reads: JSON in all layouts, tables, token files and
// lists of names. The first byte chooses; the bounded slice that every test run does is
// Formats.RandomMutationsNeverEscape.
//   tests/fuzz/run datasets -runs=1000000
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/error.h"
#include "train/data/formats/formats.h"
#include "train/data/formats/json_layouts.h"
#include "train/data/formats/token_lists.h"
#include "train/text/picture_table.h"

namespace {

using namespace storyteller;
namespace fs = std::filesystem;

/// In memory, so that a million files cost little.
const fs::path& file_of(std::string_view text) {
  static const fs::path file = "/dev/shm/storyteller-fuzz-" + std::to_string(getpid()) + ".txt";
  std::ofstream(file, std::ios::binary)
      .write(text.data(), static_cast<std::streamsize>(text.size()));
  return file;
}

void read(int kind, std::string_view text, Rows& rows) {
  switch (kind) {
    case 0:
      return add_json(JsonText(std::string(text), "fuzz"), std::nullopt, rows);
    case 1:
      return add_table(file_of(text), std::nullopt, rows);
    case 2:
      return add_token_captions(file_of(text), rows);
    default:
      add_names(file_of(text), Split::kVal, rows);
  }
}

/// What was read holds together.
void look_at(Rows rows) {
  PictureList list = rows.take();
  const size_t pictures = list.size();
  if (list.count(Split::kTrain) + list.count(Split::kVal) + list.count(Split::kTest) != pictures) {
    std::abort();
  }
  list.finish();
  for (size_t i = 0; i < pictures; ++i) {
    if (list.captions_of(i).size() != list.captions_count(i)) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  Rows rows(Split::kTrain);
  try {
    read(data[0] % 4, text, rows);
  } catch (const InputError&) {
    return 0;
  }
  look_at(std::move(rows));
  return 0;
}
