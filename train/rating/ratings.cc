#include "train/rating/ratings.h"

#include <map>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/text_file.h"

namespace storyteller {
namespace {

using nlohmann::json;

constexpr const char* kRatingsFormat = "storyteller ratings 1";

/// A rating, or nothing where it is null or absent.
std::optional<int> score_of(const json& entry, const std::string& scale, const std::string& where) {
  const auto at = entry.find(scale);
  if (at == entry.end() || at->is_null()) return std::nullopt;
  const bool fits = at->is_number_integer() && *at >= kLowestRating && *at <= kHighestRating;
  if (!fits) {
    throw InputError(where + ": '" + printable(scale) + "' is " + printable(at->dump(), 40) +
                     "; a rating is a whole number from 1 to 5");
  }
  return at->get<int>();
}

/// Fills in one element of "ratings"; `seen` are the items before.
void add_entry(const json& entry, const RatingSheet& sheet, const std::string& name,
               std::vector<bool>* seen, Ratings* ratings) {
  const auto number = entry.at("item").get<int64_t>();
  const std::string where = name + ": item " + std::to_string(number);
  if (number < 1 || static_cast<size_t>(number) > sheet.items.size()) {
    throw InputError(where + " is not on the sheet, which has 1 to " +
                     std::to_string(sheet.items.size()));
  }
  const auto item = static_cast<size_t>(number) - 1;
  if ((*seen)[item]) throw InputError(where + " is rated twice");
  (*seen)[item] = true;
  bool complete = true;
  for (size_t s = 0; s < sheet.scales.size(); ++s) {
    ratings->scores[s][item] = score_of(entry, sheet.scales[s], where);
    complete = complete && ratings->scores[s][item].has_value();
  }
  ratings->rated += complete ? 1 : 0;
  if (const auto at = entry.find("seconds"); at != entry.end() && at->is_number()) {
    ratings->seconds[item] = at->get<double>();
  }
}

}  // namespace

Ratings parse_ratings(std::string_view text, const RatingSheet& sheet, const std::string& name) {
  Ratings ratings;
  ratings.scores.assign(sheet.scales.size(),
                        std::vector<std::optional<int>>(sheet.items.size(), std::nullopt));
  ratings.seconds.assign(sheet.items.size(), std::nullopt);
  try {
    const json root = json::parse(text);
    if (!root.is_object() || root.value("format", "") != kRatingsFormat) {
      throw InputError(name + ": no ratings; give what the sheet's button 'Export JSON' saved");
    }
    const auto id = root.at("sheet").get<std::string>();
    if (id != sheet.id) {
      throw InputError(name + ": ratings of another sheet (" + printable(id) + "; the key is of " +
                       printable(sheet.id) + "); give the key that was made with that sheet");
    }
    ratings.rater = root.at("rater").get<std::string>();
    if (ratings.rater.empty()) throw InputError(name + ": the rater has no name");
    std::vector<bool> seen(sheet.items.size(), false);
    for (const json& entry : root.at("ratings")) {
      add_entry(entry, sheet, name, &seen, &ratings);
    }
  } catch (const json::exception& error) {
    throw InputError(name +
                     ": no ratings that a sheet exported as JSON: " + printable(error.what(), 200));
  }
  return ratings;
}

std::vector<Ratings> read_ratings(const std::vector<std::filesystem::path>& files,
                                  const RatingSheet& sheet) {
  std::vector<Ratings> all;
  std::map<std::string, std::string> file_of;
  for (const auto& file : files) {
    all.push_back(parse_ratings(read_text_file(file), sheet, file.string()));
    const auto [at, is_new] = file_of.emplace(all.back().rater, file.string());
    if (!is_new) {
      throw InputError(file.string() + ": rater '" + printable(all.back().rater) + "' is in " +
                       at->second + " already; give the later export alone");
    }
  }
  return all;
}

}  // namespace storyteller
