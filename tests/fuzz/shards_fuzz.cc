// libFuzzer target for tar shards: an archive is opened as a data set, and what it names is read
// and decoded; the bounded slice that every test run does is Formats.RandomMutationsNeverEscape.
//   tests/fuzz/run shards -runs=1000000
#include <unistd.h>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/error.h"
#include "train/data/shards_dataset.h"

namespace {

using namespace storyteller;

/// Archives are read from files: this one lies in memory.
const std::filesystem::path& archive() {
  static const std::filesystem::path path = [] {
    std::filesystem::path folder = "/dev/shm";
    if (!std::filesystem::is_directory(folder)) folder = std::filesystem::temp_directory_path();
    return folder / ("shards_fuzz." + std::to_string(::getpid()) + ".tar");
  }();
  return path;
}

/// Every picture has a name, captions and bytes, or was skipped with a reason.
void read_all(Split split) {
  const ShardsDataset set(archive(), split, {.max_bad = {.share = 1}});
  for (size_t i = 0; i < set.size(); ++i) {
    if (set.captions(i).empty() || set.id(i).empty()) std::abort();
    try {
      if (set.picture_bytes(i).size() != set.stored_bytes(i)) std::abort();
      set.load(i);
    } catch (const InputError&) {
      continue;
    }
  }
  for (const BadPicture& bad : set.skipped().all()) {
    if (bad.reason.empty()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  {
    std::ofstream out(archive(), std::ios::binary | std::ios::trunc);
    out.write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  }
  for (const Split split : {Split::kTrain, Split::kVal}) {
    try {
      read_all(split);
    } catch (const InputError&) {
      continue;
    }
  }
  return 0;
}
