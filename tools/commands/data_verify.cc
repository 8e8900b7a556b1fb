#include <unistd.h>
#include <iomanip>
#include <iostream>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/text/json_line.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/flag_names.h"
#include "tools/cli/progress.h"
#include "tools/commands/data.h"
#include "tools/commands/output_file.h"
#include "tools/commands/stopped.h"
#include "train/data/opened_splits.h"
#include "train/data/verification.h"
#include "train/features/split_data.h"

namespace storyteller {

int verify_data(const DataArguments& arguments) {
  InputFiles inputs;
  inputs.add_data(arguments.data);
  inputs.require_other("--bad", arguments.bad);
  require_output_file("--bad", arguments.bad, OutputKind::kJsonLines);
  catch_stop_signals();
  // All that is bad is named here; what is too much of it is decided at the end.
  constexpr MaxBad kAll{.share = 1};
  const auto splits = open_splits(arguments.data, arguments.split, {.max_bad = kAll});
  Progress progress(std::cerr, ProgressStyle::detect(STDERR_FILENO));
  BadPictures all_bad;
  bool too_many = false;
  std::string without_pictures;  // a split of which nothing is usable
  SaidNotes said;
  if (!arguments.json) std::cout << "split   pictures  captions  unusable  repaired\n";
  for (size_t s = 0; s < splits.size(); ++s) {
    const OpenedSplit& opened = splits[s];
    const std::string name(split_name(opened.split));
    if (!opened.dataset) {
      if (!opened.broken)
        std::cerr << name << ": cannot be opened: " << with_flags(opened.problem) << '\n';
      continue;
    }
    const Verification found =
        verify(*opened.dataset, arguments.threads, observe_pictures(progress, opened.split));
    progress.finish();
    const BadPictures& bad = found.bad;
    too_many = too_many || bad.count() > MaxBad{.share = arguments.max_bad}.of(found.listed);
    if (bad.count() >= found.listed) without_pictures = name;
    const auto notes = notes_of(splits, s, /*by_contents=*/true);
    if (arguments.json) {
      std::cout << json_line(nlohmann::ordered_json{{"split", name},
                                                    {"pictures", found.listed - bad.count()},
                                                    {"captions", found.captions},
                                                    {"unusable", bad.count()},
                                                    {"repaired", found.repaired.size()},
                                                    {"examples", examples_of(bad)},
                                                    {"notes", with_flags(notes)}});
    } else {
      std::cout << std::left << std::setw(6) << name << std::right << std::setw(10)
                << found.listed - bad.count() << std::setw(10) << found.captions << std::setw(10)
                << bad.count() << std::setw(10) << found.repaired.size() << '\n';
    }
    said.say(notes);
    for (const std::string& warning : found.repaired) std::cerr << warning << '\n';
    if (!bad.empty()) report_warning(name + ": " + bad.summary(), std::cerr);
    all_bad.record_all(bad, name + "/");
  }
  if (!arguments.bad.empty()) write_bad_pictures(arguments.bad, all_bad);
  require_unbroken(splits);
  if (!without_pictures.empty()) {
    throw InputError(without_pictures + ": not one of its pictures is usable");
  }
  if (too_many) {
    throw InputError("more pictures are unusable than --max-bad tolerates; --bad FILE lists them");
  }
  return 0;
}

}  // namespace storyteller
