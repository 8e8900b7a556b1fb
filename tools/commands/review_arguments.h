#pragma once

#include <filesystem>
#include <string>

#include "tools/cli/options.h"

namespace storyteller {

/// --db of all review commands.
struct ReviewPlace {
  std::filesystem::path db;
  void add_options(const Options& command);
};

/// Who decides: --by, by default the name that one is logged in with.
struct ReviewPerson {
  std::string by;
  void add_options(const Options& command);
  /// Throws UsageError where nobody knows.
  std::string name() const;
};

/// Each adds commands to `review`.
void add_review_scan(const Options& review);
void add_review_queue(const Options& review);
void add_review_show(const Options& review);
void add_review_decide(const Options& review);
void add_review_undo(const Options& review);
void add_review_report(const Options& review);
void add_review_verify(const Options& review);
void add_review_policy(const Options& review);

}  // namespace storyteller
