#include <unistd.h>
#include <filesystem>
#include <iostream>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/signals.h"
#include "core/text/json_line.h"
#include "core/text/phrase.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/progress.h"
#include "tools/commands/data.h"
#include "tools/commands/output_file.h"
#include "train/features/split_data.h"
#include "tools/commands/stopped.h"
#include "train/data/formats/shard_keys.h"
#include "train/data/formats/shard_writer.h"

namespace storyteller {

namespace fs = std::filesystem;

namespace {

/// A folder inside of --out in which shards are made. They leave it when all are complete; else it
/// is removed with them.
class Workshop {
 public:
  explicit Workshop(const fs::path& out) : out_(out), folder_(out / ".unfinished") {
    std::error_code failure;
    fs::create_directories(out, failure);
    if (failure) throw IoError("--out " + out.string() + ": " + failure.message());
    for (const auto& entry : fs::directory_iterator(out)) {
      if (entry.path().extension() == ".tar") {
        throw UsageError("--out " + out.string() +
                         ": shards are there already; name another folder");
      }
    }
    fs::remove_all(folder_);  // of an import that was killed
    fs::create_directories(folder_);
  }
  ~Workshop() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;

  const fs::path& folder() const { return folder_; }
  void deliver() const {
    for (const auto& entry : fs::directory_iterator(folder_)) {
      fs::rename(entry.path(), out_ / entry.path().filename());
    }
  }

 private:
  fs::path out_, folder_;
};

/// What became of one split.
struct Imported {
  std::string name;
  size_t pictures = 0, captions = 0, shards = 0;
  BadPictures bad;
  std::vector<std::string> notes;
};

Imported import_split(const OpenedSplit& opened, double max_bad, const fs::path& folder,
                      ShardKeys& keys, Progress& progress) {
  const Dataset& dataset = *opened.dataset;
  const size_t listed = dataset.size() + dataset.skipped().count();
  Imported imported{.name = std::string(split_name(opened.split)),
                    .bad = BadPictures(MaxBad{.share = max_bad}.of(listed)),
                    .notes = {}};
  imported.bad.record_all(dataset.skipped());
  ShardWriter writer(folder, imported.name);
  for (size_t i = 0; i < dataset.size(); ++i) {
    const std::string id = dataset.id(i);
    try {
      const std::vector<std::string> captions = dataset.captions(i);
      const std::string picture = dataset.picture_bytes(i);
      ShardWriter::require_picture(picture, id);
      writer.add(keys.key_of(id), id, picture, captions);
      ++imported.pictures;
      imported.captions += captions.size();
    } catch (const InputError& error) {
      imported.bad.record(id, error.what());
    }
    progress.update({.label = imported.name,
                     .done = static_cast<int64_t>(i + 1),
                     .total = static_cast<int64_t>(dataset.size()),
                     .unit = "pictures"});
    if (stop_requested()) throw Stopped();
  }
  imported.shards = writer.finish();
  progress.finish();
  if (imported.pictures == 0) {
    throw InputError(imported.name + ": no picture could be copied: " + imported.bad.summary());
  }
  if (writer.replaced() > 0) {
    imported.notes.push_back(imported.name + ": " + std::to_string(writer.replaced()) +
                             " captions hold bytes that are not UTF-8, which JSON cannot: U+FFFD "
                             "stands for them");
  }
  return imported;
}

/// Reads what was written: only then is it known to be there.
void require_the_same(const Imported& imported, Split split, const fs::path& folder) {
  const auto written = open_dataset("shards:" + folder.string(), split, {.max_bad = {.share = 1}});
  size_t captions = 0;
  for (size_t i = 0; i < written->size(); ++i) captions += written->captions(i).size();
  if (written->size() == imported.pictures && captions == imported.captions) return;
  throw IoError(imported.name + ": " + std::to_string(imported.pictures) + " pictures with " +
                std::to_string(imported.captions) + " captions were written, but " +
                std::to_string(written->size()) + " with " + std::to_string(captions) +
                " are read back; nothing was kept, is the disk in order?");
}

void print(const Imported& imported, bool json) {
  if (!imported.bad.empty()) {
    report_warning(imported.name + ": " + imported.bad.summary(), std::cerr);
  }
  std::cerr << imported.name << ": " << imported.pictures << " pictures in "
            << counted(imported.shards, "shard", "shards") << '\n';
  if (!json) return;
  std::cout << json_line(nlohmann::ordered_json{{"split", imported.name},
                                                {"pictures", imported.pictures},
                                                {"captions", imported.captions},
                                                {"shards", imported.shards},
                                                {"unusable", imported.bad.count()},
                                                {"examples", examples_of(imported.bad)},
                                                {"notes", imported.notes}});
}

}  // namespace

int import_data(const DataArguments& arguments) {
  catch_stop_signals();
  const auto splits = open_splits(arguments, {.max_bad = {.share = arguments.max_bad}});
  require_unbroken(splits);  // a set without its train split looks complete to a script
  const fs::path out = arguments.out;
  const fs::path bad_file = out / "bad.jsonl";
  InputFiles inputs;
  inputs.add_data(arguments.data);
  inputs.require_other("--out", out);
  inputs.require_other("--out", bad_file);
  const Workshop workshop(out);
  require_output_file("--out", bad_file, OutputKind::kJsonLines);
  Progress progress(std::cerr, ProgressStyle::detect(STDERR_FILENO));
  ShardKeys keys;
  std::vector<Imported> all;
  for (size_t s = 0; s < splits.size(); ++s) {
    if (!splits[s].dataset) continue;
    all.push_back(import_split(splits[s], arguments.max_bad, workshop.folder(), keys, progress));
    const auto notes = notes_of(splits, s, /*by_contents=*/false);
    all.back().notes.insert(all.back().notes.begin(), notes.begin(), notes.end());
    require_the_same(all.back(), splits[s].split, workshop.folder());
  }
  if (keys.renamed() > 0) {
    all.back().notes.push_back(std::to_string(keys.renamed()) +
                               " pictures have other names in the archives, such as " +
                               keys.example() + "; their own are kept beside the captions");
  }
  workshop.deliver();
  BadPictures all_bad;
  SaidNotes said;
  for (const Imported& imported : all) {
    said.say(imported.notes);
    print(imported, arguments.json);
    all_bad.record_all(imported.bad, imported.name + "/");
  }
  write_bad_pictures(bad_file, all_bad);
  if (!arguments.json) std::cout << "shards:" << arguments.out << '\n';
  return 0;
}

}  // namespace storyteller
