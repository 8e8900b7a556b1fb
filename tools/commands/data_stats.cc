#include <algorithm>
#include <iomanip>
#include <iostream>

#include <nlohmann/json.hpp>

#include "core/text/json_line.h"
#include "tools/cli/exit_code.h"
#include "tools/commands/data.h"
#include "train/data/caption_corpus.h"

namespace storyteller {

namespace {

struct Statistics {
  size_t pictures = 0, captions = 0, without_words = 0, words = 0, distinct = 0, frequent = 0;
  double known_share = 1;  ///< Of the words: those that occur as often as a vocabulary wants.
  double mean_length = 0;
  size_t median = 0, percentile_95 = 0, longest = 0, fewest_captions = 0, most_captions = 0;
};

Statistics statistics_of(const Dataset& dataset) {
  constexpr size_t kFrequent = 5;
  const CaptionCorpus corpus(dataset);
  Statistics found{
      .pictures = dataset.size(), .captions = corpus.size(), .without_words = corpus.dropped()};
  size_t known = 0;
  for (const WordCount& entry : corpus.word_counts()) {
    ++found.distinct;
    found.words += entry.count;
    if (entry.count < kFrequent) continue;
    ++found.frequent;
    known += entry.count;
  }
  if (found.words > 0) {
    found.known_share = static_cast<double>(known) / static_cast<double>(found.words);
  }
  std::vector<uint32_t> lengths;
  for (size_t c = 0; c < corpus.size(); ++c) {
    lengths.push_back(static_cast<uint32_t>(corpus.length(c)));
  }
  std::sort(lengths.begin(), lengths.end());
  if (!lengths.empty()) {
    found.mean_length = static_cast<double>(found.words) / static_cast<double>(lengths.size());
    found.median = lengths[lengths.size() / 2];
    found.percentile_95 = lengths[lengths.size() * 95 / 100];
    found.longest = lengths.back();
  }
  found.fewest_captions = dataset.size() == 0 ? 0 : corpus.captions_of(0);
  for (size_t i = 0; i < dataset.size(); ++i) {
    found.fewest_captions = std::min(found.fewest_captions, corpus.captions_of(i));
    found.most_captions = std::max(found.most_captions, corpus.captions_of(i));
  }
  return found;
}

void print(const std::string& name, const Statistics& s) {
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
      open_splits(arguments, {.max_bad = {.share = arguments.max_bad}, .look_for_pictures = false});
  SaidNotes said;
  for (size_t i = 0; i < splits.size(); ++i) {
    const OpenedSplit& opened = splits[i];
    const std::string name(split_name(opened.split));
    if (!opened.dataset) {
      if (!opened.broken) std::cerr << name << ": not there: " << opened.problem << '\n';
      continue;
    }
    const Statistics s = statistics_of(*opened.dataset);
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
        {"notes", notes}});
  }
  require_unbroken(splits);
  return 0;
}

}  // namespace storyteller
