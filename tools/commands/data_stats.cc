#include <iomanip>
#include <iostream>

#include <nlohmann/json.hpp>

#include "core/text/json_line.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/flag_names.h"
#include "tools/commands/data.h"
#include "train/data/opened_splits.h"
#include "train/data/statistics.h"

namespace storyteller {

namespace {

void print(const std::string& name, const DatasetStatistics& s) {
  std::cout << name << ": " << s.pictures << " pictures, " << s.captions << " captions ("
            << s.fewest_captions << " to " << s.most_captions << " a picture";
  if (s.without_words > 0) std::cout << "; " << s.without_words << " without a word left out";
  std::cout << ")\n"
            << std::fixed << std::setprecision(1) << "  words of a caption: mean " << s.mean_length
            << ", median " << s.median << ", 95 % have at most " << s.percentile_95 << ", longest "
            << s.longest << '\n'
            << "  words: " << s.words << ", distinct " << s.distinct << ", " << s.frequent
            << " of them occur five times or more and cover " << 100 * s.known_share << " %\n";
}

}  // namespace

int data_statistics(const DataArguments& arguments) {
  const auto splits =
      open_splits(arguments.data, arguments.split,
                  {.max_bad = {.share = arguments.max_bad}, .look_for_pictures = false});
  SaidNotes said;
  for (size_t i = 0; i < splits.size(); ++i) {
    const OpenedSplit& opened = splits[i];
    const std::string name(split_name(opened.split));
    if (!opened.dataset) {
      if (!opened.broken)
        std::cerr << name << ": cannot be opened: " << with_flags(opened.problem) << '\n';
      continue;
    }
    const DatasetStatistics s = statistics_of(*opened.dataset);
    const BadPictures& skipped = opened.dataset->skipped();
    const auto notes = notes_of(splits, i, /*by_contents=*/false);
    said.say(notes);
    if (!skipped.empty()) report_warning(name + ": " + skipped.summary(), std::cerr);
    if (!arguments.json) {
      print(name, s);
      continue;
    }
    std::cout << json_line(nlohmann::ordered_json{
        {"split", name},
        {"pictures", s.pictures},
        {"captions", s.captions},
        {"captions_without_words", s.without_words},
        {"captions_per_picture", {{"least", s.fewest_captions}, {"most", s.most_captions}}},
        {"length",
         {{"mean", s.mean_length},
          {"median", s.median},
          {"percentile_95", s.percentile_95},
          {"longest", s.longest}}},
        {"words", s.words},
        {"distinct_words", s.distinct},
        {"frequent_words", s.frequent},
        {"frequent_share", s.known_share},
        {"unusable", skipped.count()},
        {"notes", with_flags(notes)}});
  }
  require_unbroken(splits);
  return 0;
}

}  // namespace storyteller
