#include "train/data/data_sets.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

#include "core/did_you_mean.h"
#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/phrase.h"
#include "core/text/weighted_names.h"
#include "train/data/data_source.h"

namespace storyteller {
namespace {

namespace fs = std::filesystem;

bool is_sign_of_names(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '_';
}

/// Of the folder or file, where it says one.
std::string name_of_path(const fs::path& path) {
  std::error_code failure;
  const fs::path absolute = fs::absolute(path, failure).lexically_normal();
  const fs::path plain = absolute.has_filename() ? absolute : absolute.parent_path();
  const bool folder = fs::is_directory(plain, failure);
  return (folder ? plain.filename() : plain.stem()).string();
}

std::string default_name(std::string_view specification) {
  const DataSource source(specification);
  std::string name(source.format);
  if (const fs::path path = source.path(); !path.empty() && path != "-") {
    const std::string of_path = name_of_path(path);
    if (!of_path.empty()) name = of_path;
  }
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !is_sign_of_names(c); }, '_');
  return name;
}

}  // namespace

DataSet parse_data_set(std::string_view text) {
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos || text.find(':') < equals) {
    return {.name = default_name(text), .specification = std::string(text)};
  }
  DataSet set{.name = std::string(text.substr(0, equals)),
              .specification = std::string(text.substr(equals + 1))};
  if (set.name.empty() || !std::all_of(set.name.begin(), set.name.end(), is_sign_of_names)) {
    throw UsageError("`data` " + printable(text, 4096) + ": the name '" + printable(set.name) +
                     "' of a data set must be of ASCII letters, digits, '.', '-' and '_'");
  }
  return set;
}

std::vector<DataSet> parse_data_sets(std::span<const std::string> texts) {
  std::vector<DataSet> sets;
  for (const std::string& text : texts) {
    DataSet set = parse_data_set(text);
    const auto same = [&](const DataSet& other) { return other.name == set.name; };
    const auto found = std::find_if(sets.begin(), sets.end(), same);
    if (found != sets.end()) {
      throw UsageError(
          "two data sets are called '" + set.name + "', " + printable(found->specification, 1024) +
          " and " + printable(set.specification, 1024) +
          ": give one a name of its own, `data` NAME=" + printable(set.specification, 1024));
    }
    sets.push_back(std::move(set));
  }
  return sets;
}

void take_weights(std::string_view list, std::string_view where, std::vector<DataSet>* sets) {
  std::vector<std::string> names;
  for (const DataSet& set : *sets) names.push_back(set.name);
  std::set<std::string> taken;
  for (const WeightedName& named : parse_weighted_names(list, where)) {
    const auto found = std::find(names.begin(), names.end(), named.name);
    if (found == names.end()) {
      throw UsageError(std::string(where) + ": no data set is called '" + printable(named.name) +
                       "'" + did_you_mean(named.name, names) + " (there are " + joined(names) +
                       ")");
    }
    if (!taken.insert(named.name).second) {
      throw UsageError(std::string(where) + ": '" + named.name + "' has two weights; leave one");
    }
    (*sets)[static_cast<size_t>(found - names.begin())].weight = named.weight;
  }
}

}  // namespace storyteller
