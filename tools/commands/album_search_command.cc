// `storyteller album search`: pictures for what one asks in one's own words.
#include <chrono>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/printable_line.h"
#include "core/text/json_line.h"
#include "tools/apps/album/album_file.h"
#include "tools/apps/album/search.h"
#include "tools/commands/album_arguments.h"
#include "tools/commands/album_output.h"
#include "tools/commands/album_picture.h"
#include "tools/commands/command.h"
#include "tools/commands/common_options.h"

namespace storyteller {
namespace {

using album::Connection;

struct SearchAlbumArguments {
  AlbumPlace place;
  std::vector<std::string> words;
  int limit = 20;
  std::string like;
  album::QueryFilters filters;
  bool all = false, json = false, null = false;
  ModelArguments models;
  Machine machine;
};

album::Query query_of(const std::string& text, const album::QueryFilters& given,
                      const Language& language) {
  album::Query query = album::parse_query(text, language);
  album::QueryFilters& filters = query.filters;
  if (!given.after.empty()) album::require_date("--after", filters.after = given.after);
  if (!given.before.empty()) album::require_date("--before", filters.before = given.before);
  if (!given.grade.empty()) album::require_grade("--grade", filters.grade = given.grade);
  filters.folders.insert(filters.folders.end(), given.folders.begin(), given.folders.end());
  filters.tags.insert(filters.tags.end(), given.tags.begin(), given.tags.end());
  return query;
}

/// One query after the other in one process: for each a line of what was found, and how long that
/// took.
int search_list(const SearchAlbumArguments& arguments, Connection& connection,
                const Language& language, const album::SearchLimits& limits) {
  album::Searcher searcher(connection, language);
  for (std::string line; std::getline(std::cin, line);) {
    const auto begin = std::chrono::steady_clock::now();
    const std::clock_t processor = std::clock();
    const auto result = searcher.search(query_of(line, arguments.filters, language), limits);
    nlohmann::ordered_json json = {{"query", line}, {"images", nlohmann::ordered_json::array()}};
    for (const album::FoundPicture& found : result.pictures) {
      const auto picture = album::details(connection, found.picture);
      if (picture) json["images"].push_back(picture->path);
    }
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    const double used = 1e3 * static_cast<double>(std::clock() - processor) / CLOCKS_PER_SEC;
    json["processor_milliseconds"] = std::round(used * 1e3) / 1e3;
    json["milliseconds"] = std::round(took.count() * 1e3) / 1e3;
    std::cout << json_line(json);
  }
  return 0;
}

int search(const SearchAlbumArguments& arguments) {
  if (arguments.words.empty() && arguments.like.empty() && arguments.filters.empty()) {
    throw UsageError("nothing to search for is named; try: storyteller album search \"dog beach\"");
  }
  const auto connection = album::open_album(arguments.place.db, Connection::Access::kRead);
  std::string asked;
  for (const std::string& word : arguments.words) asked += (asked.empty() ? "" : " ") + word;
  album::SearchLimits limits;
  limits.rank.limit = static_cast<size_t>(arguments.limit);
  limits.all = arguments.all;
  if (!arguments.like.empty()) {
    const AlbumVector like =
        vector_for(*connection, arguments.like, arguments.models, arguments.machine);
    limits.like = like.vector;
    limits.like_model = like.model;
  }
  const bool words = !asked.empty() || !arguments.filters.tags.empty();
  const Language language = words ? Language::open() : Language::without_wordnet();
  if (asked == "-") return search_list(arguments, *connection, language, limits);
  album::Searcher searcher(*connection, language);
  const album::SearchResult result =
      searcher.search(query_of(asked, arguments.filters, language), limits);
  const ListForm form = arguments.json   ? ListForm::kJson
                        : arguments.null ? ListForm::kNames
                                         : ListForm::kLines;
  for (const album::FoundPicture& found : result.pictures) {
    if (const auto picture = album::details(*connection, found.picture)) {
      print_found(*picture, found, form);
    }
  }
  if (result.pictures.empty()) {
    std::cerr << "no match" << (asked.empty() ? "" : " for \"" + printable_line(asked) + "\"")
              << '\n';
  }
  for (const std::string& hint : result.hints) std::cerr << printable_line(hint) << '\n';
  return 0;
}

}  // namespace

void add_album_search(const Options& album) {
  auto arguments = std::make_shared<SearchAlbumArguments>();
  const Options command = album.command("search", "find pictures by what is in them");
  command.several("query", arguments->words,
                  "words; \"a phrase\" in quotes; -word or 'without a word' for what must not be "
                  "there; after:2019 before:2020-05 in:FOLDER tag:WORD grade:sure; or - for "
                  "queries on standard input, a line each, of which each gives one JSON object");
  command.number("--limit", arguments->limit, "pictures at most", {1, 100000});
  command.flag("--all", arguments->all, "also what is no match: few of the words, a low score");
  command.text("--like", arguments->like, "a picture: those like it come first");
  const Options filters = command.group("Only pictures");
  filters.text("--after", arguments->filters.after, "taken in 2019 (or 2019-05-03) or later");
  filters.text("--before", arguments->filters.before, "taken before 2019 (or 2019-05-03)");
  filters.repeated("--in", arguments->filters.folders, "in this folder or inside of it");
  filters.repeated("--tag", arguments->filters.tags, "with this tag; repeat it for several");
  filters.text("--grade", arguments->filters.grade, "whose sentence is sure, or at least likely");
  const Options output = command.group("Output");
  output.flag("--json", arguments->json, "one JSON object per picture, a line each");
  output.flag("--null", arguments->null, "names alone, each ended by NUL, for xargs -0");
  arguments->place.add_options(command);
  arguments->models.add_options(command.group(kMachine));
  arguments->machine.add_options(command.group(kMachine));
  command.runs([arguments] { return search(*arguments); });
}

}  // namespace storyteller
