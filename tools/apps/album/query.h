#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/apps/shared/language.h"

namespace storyteller::album {

/// A word that is asked for.
struct QueryWord {
  std::string text;     ///< in lower case, as it was typed
  Lemma lemma;          ///< as the query's context has it
  bool prefix = false;  ///< "bea*"
  bool operator==(const QueryWord&) const = default;
};

/// Conditions beside words; each also an option of the command line.
struct QueryFilters {
  std::string after, before;  ///< "2019", "2019-05", "2019-05-03": taken then or later; earlier
  std::vector<std::string> folders;  ///< "in": pictures in one of them
  std::vector<std::string> tags;     ///< all of these
  std::string grade;                 ///< "sure", "likely": at least
  bool empty() const {
    return after.empty() && before.empty() && folders.empty() && tags.empty() && grade.empty();
  }
  bool operator==(const QueryFilters&) const = default;
};

/// What a person asks for.
struct Query {
  std::vector<QueryWord> words;
  std::vector<std::vector<std::string>> phrases;  ///< in quotes: words behind each other
  /// What pictures must not show: all words of one of these.
  std::vector<std::vector<QueryWord>> without;
  std::vector<std::vector<std::string>> without_phrases;
  QueryFilters filters;

  /// Words and phrases that are asked for.
  size_t asked() const { return words.size() + phrases.size(); }
};

/// Reads a query: words; "a phrase"; -word and -"a phrase"; "no", "without" and "not" before what
/// must not be there ("a dog without a collar or leash"); filters after:2019 before:2020-05
/// in:FOLDER tag:beach grade:sure, with quotes where a value holds blanks. Any bytes. Throws
/// UsageError for a filter that is none ("did you mean"), or whose value is none.
Query parse_query(std::string_view text, const Language& language);

/// Throws UsageError, which begins with `name`, unless `date` is a year, a month or a day.
void require_date(const std::string& name, const std::string& date);
/// The same unless it is a grade that pictures can be asked for by.
void require_grade(const std::string& name, const std::string& grade);

}  // namespace storyteller::album
