#include <unistd.h>
#include <filesystem>
#include <iostream>

#include "core/error.h"
#include "core/system/signals.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/progress.h"
#include "tools/commands/data.h"
#include "tools/commands/output_file.h"
#include "tools/commands/split_data.h"
#include "tools/commands/stopped.h"
#include "train/data/formats/shard_writer.h"

namespace storyteller {

namespace {

/// "a/b" of "a/b.jpg": what the members are called.
std::string key_of(const std::string& id) {
  const std::filesystem::path path(id);
  std::string key = (path.parent_path() / path.stem()).string();
  // What follows a point would be taken for the member's kind.
  for (size_t i = key.rfind('/') == std::string::npos ? 0 : key.rfind('/'); i < key.size(); ++i) {
    if (key[i] == '.') key[i] = '_';
  }
  return key;
}

}  // namespace

int import_data(const DataArguments& arguments) {
  namespace fs = std::filesystem;
  catch_stop_signals();
  const auto splits = open_splits(arguments, /*look_for_pictures=*/true);
  const fs::path bad_file = fs::path(arguments.out) / "bad.jsonl";
  InputFiles inputs;
  inputs.add_data(arguments.data);
  inputs.require_other("--out", arguments.out);
  inputs.require_other("--out", bad_file);
  std::error_code failure;
  fs::create_directories(arguments.out, failure);
  if (failure) throw IoError("--out " + arguments.out + ": " + failure.message());
  for (const auto& entry : fs::directory_iterator(arguments.out)) {
    if (entry.path().extension() == ".tar") {
      throw UsageError("--out " + arguments.out +
                       ": shards are there already; name another folder");
    }
  }
  require_output_file("--out", bad_file, OutputKind::kJsonLines);
  Progress progress(std::cerr, ProgressStyle::detect(STDERR_FILENO));
  BadPictures all_bad;
  for (const OpenedSplit& opened : splits) {
    if (!opened.dataset) continue;
    const Dataset& dataset = *opened.dataset;
    const std::string name(split_name(opened.split));
    BadPictures bad(MaxBad{.share = arguments.max_bad}.of(dataset.size()));
    bad.record_all(dataset.skipped());
    ShardWriter writer(arguments.out, name);
    for (size_t i = 0; i < dataset.size(); ++i) {
      try {
        writer.add(key_of(dataset.id(i)), dataset.picture_bytes(i), dataset.captions(i));
      } catch (const InputError& error) {
        bad.record(dataset.id(i), error.what());
      }
      progress.update({.label = name,
                       .done = static_cast<int64_t>(i + 1),
                       .total = static_cast<int64_t>(dataset.size()),
                       .unit = "pictures"});
      if (stop_requested()) return stop_exit_code();
    }
    const size_t shards = writer.finish();
    progress.finish();
    for (const std::string& note : dataset.notes()) std::cerr << note << '\n';
    if (!bad.empty()) report_warning(name + ": " + bad.summary(), std::cerr);
    all_bad.record_all(bad, name + "/");
    std::cerr << name << ": " << dataset.size() - (bad.count() - dataset.skipped().count())
              << " pictures in " << shards << (shards == 1 ? " shard\n" : " shards\n");
  }
  write_bad_pictures(bad_file, all_bad);
  std::cout << "shards:" << arguments.out << '\n';
  return 0;
}

}  // namespace storyteller
