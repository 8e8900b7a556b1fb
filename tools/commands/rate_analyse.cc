#include <algorithm>
#include <filesystem>
#include <iostream>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/text_file.h"
#include "tools/cli/exit_code.h"
#include "tools/commands/rate.h"
#include "tools/commands/rating_tables.h"
#include "train/rating/rating_json.h"

namespace storyteller {
namespace {

/// "NAME=FILE"; of a sheet with one system besides people, FILE alone will do.
std::pair<std::string, std::string> metrics_file(const std::string& argument,
                                                 const RatingSheet& sheet) {
  const size_t others = sheet.systems.size() - (sheet.control ? 1 : 0);
  std::error_code failure;
  if (others == 1 && std::filesystem::exists(argument, failure)) {
    return {sheet.systems[0], argument};
  }
  return named_file(argument, "--metrics");
}

std::map<std::string, ImageScores> read_metrics(const std::vector<std::string>& arguments,
                                                const RatingSheet& sheet) {
  std::map<std::string, ImageScores> metrics;
  for (const std::string& argument : arguments) {
    const auto [system, file] = metrics_file(argument, sheet);
    ImageScores scores = parse_image_scores(read_text_file(file), file);
    const bool known = std::any_of(sheet.items.begin(), sheet.items.end(),
                                   [&, &values = scores.values](const RatingItem& item) {
                                     return values.contains(item.image);
                                   });
    if (!known) {
      throw InputError(file + ": scores none of the sheet's images, such as " +
                       printable(sheet.items[0].image));
    }
    if (!metrics.emplace(system, std::move(scores)).second) {
      throw UsageError("--metrics " + argument + ": that system has metrics already");
    }
  }
  return metrics;
}

/// Says who has not finished.
void report_partial(const RatingSheet& sheet, const std::vector<Ratings>& ratings) {
  for (const Ratings& rater : ratings) {
    if (rater.rated == sheet.items.size()) continue;
    report_warning("rater '" + printable(rater.rater) + "' rated " + std::to_string(rater.rated) +
                       " of " + std::to_string(sheet.items.size()) +
                       " captions; what is there counts",
                   std::cerr);
  }
}

}  // namespace

int rate_analyse(const RateAnalyseArguments& arguments) {
  const RatingSheet sheet = parse_rating_key(read_text_file(arguments.key), arguments.key);
  const std::vector<std::filesystem::path> files(arguments.ratings.begin(),
                                                 arguments.ratings.end());
  const std::vector<Ratings> ratings = read_ratings(files, sheet);
  report_partial(sheet, ratings);
  const RatingAnalysis analysis =
      analyse_ratings(sheet, ratings, read_metrics(arguments.metrics, sheet), arguments.options);
  if (arguments.json) {
    std::cout << rating_analysis_json(sheet, analysis);
  } else {
    print_rating_analysis(std::cout, sheet, analysis);
  }
  return 0;
}

}  // namespace storyteller
