#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/search/search.h"
#include "tools/cli/options.h"

namespace storyteller {

/// --must and --must-not.
class WordArguments {
 public:
  void add_options(const Options& command);

  /// In the words of a model. Throws UsageError where one that must be said is not known; one that
  /// must not be said is not, anyway, and gets a warning.
  SearchDemands demands(const Vocabulary& vocabulary) const;
  /// What must be said, as it was written: in the order of demands().must.
  std::vector<std::string> must() const;
  /// As they would be typed: "--must 'dog|dogs'"; empty: none.
  std::string flags() const;

 private:
  std::vector<std::string> must_, must_not_;
};

/// Watches for captions that do not say what they must.
class MissingWords {
 public:
  /// `names` of the constraints, for messages.
  MissingWords(std::vector<Constraint> must, std::vector<std::string> names)
      : must_(std::move(must)), names_(std::move(names)), missing_(must_.size()) {}

  /// Names of what a picture's caption does not say.
  std::vector<std::string> look(const Caption& caption, const std::string& picture);
  /// What is missing in the captions that were looked at: a line for each word or phrase.
  std::vector<std::string> notes() const;

 private:
  struct Missing {
    size_t captions = 0;
    std::string first;  // picture
  };
  std::vector<Constraint> must_;
  std::vector<std::string> names_;
  std::vector<Missing> missing_;
  size_t looked_at_ = 0;
};

}  // namespace storyteller
