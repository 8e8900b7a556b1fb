#include <unistd.h>

#include <filesystem>
#include <iostream>

#include <nlohmann/json.hpp>

#include "core/text/json_line.h"
#include "core/text/phrase.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/flag_names.h"
#include "tools/cli/progress.h"
#include "tools/commands/data.h"
#include "tools/commands/output_file.h"
#include "tools/commands/stopped.h"
#include "train/data/opened_splits.h"
#include "train/data/shard_import.h"
#include "train/features/split_data.h"

namespace storyteller {

namespace fs = std::filesystem;

namespace {

void print(const ImportedSplit& imported, bool json) {
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
                                                {"notes", with_flags(imported.notes)}});
}

}  // namespace

int import_data(const DataArguments& arguments) {
  catch_stop_signals();
  const auto splits =
      open_splits(arguments.data, arguments.split, {.max_bad = {.share = arguments.max_bad}});
  require_unbroken(splits);  // a set without its train split looks complete to a script
  const fs::path out = arguments.out;
  const fs::path bad_file = out / "bad.jsonl";
  InputFiles inputs;
  inputs.add_data(arguments.data);
  inputs.require_other("--out", out);
  inputs.require_other("--out", bad_file);
  ShardImport import(out);
  require_output_file("--out", bad_file, OutputKind::kJsonLines);
  Progress progress(std::cerr, ProgressStyle::detect(STDERR_FILENO));
  std::vector<ImportedSplit> all;
  for (size_t s = 0; s < splits.size(); ++s) {
    if (!splits[s].dataset) continue;
    all.push_back(
        import.copy(splits[s], arguments.max_bad, observe_pictures(progress, splits[s].split)));
    progress.finish();
    const auto notes = notes_of(splits, s, /*by_contents=*/false);
    all.back().notes.insert(all.back().notes.begin(), notes.begin(), notes.end());
  }
  if (const std::string note = import.renamed_note(); !note.empty()) {
    all.back().notes.push_back(note);
  }
  import.deliver();
  BadPictures all_bad;
  SaidNotes said;
  for (const ImportedSplit& imported : all) {
    said.say(imported.notes);
    print(imported, arguments.json);
    all_bad.record_all(imported.bad, imported.name + "/");
  }
  write_bad_pictures(bad_file, all_bad);
  if (!arguments.json) std::cout << "shards:" << arguments.out << '\n';
  return 0;
}

}  // namespace storyteller
