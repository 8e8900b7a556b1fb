#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "train/rating/rating_analysis.h"

namespace storyteller {

struct RateMakeArguments {
  std::vector<std::string> systems;  ///< "NAME=RESULTS.json"
  std::string references, images, out;
  std::optional<size_t> count, duplicates;
  std::vector<std::string> scales = RatingSheetOptions{}.scales;
  uint64_t seed = 1;
  bool verbatim = false;
};

struct RateAnalyseArguments {
  std::string key;
  std::vector<std::string> ratings;
  std::vector<std::string> metrics;  ///< "NAME=FILE"
  RatingAnalysisOptions options;
  bool json = false;
};

/// `storyteller rate make` and `storyteller rate analyse`; return the exit code.
int rate_make(const RateMakeArguments& arguments);
int rate_analyse(const RateAnalyseArguments& arguments);

/// Splits "NAME=FILE". Throws UsageError, naming `option`, where a part is missing.
std::pair<std::string, std::string> named_file(const std::string& argument, const char* option);

/// Where the key of a sheet goes: sheet.html has sheet.key.json.
std::string key_path(const std::string& sheet);

}  // namespace storyteller
