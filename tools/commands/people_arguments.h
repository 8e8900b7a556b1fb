#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/ensemble.h"
#include "model/wording/people_text.h"
#include "tools/cli/options.h"

namespace storyteller {

/// --people and how sentences for people are worded.
struct PeopleArguments {
  bool people = false;
  PeopleWording wording;

  void add_options(const Options& command);
  /// The same without --people, where sentences are always for people.
  void add_wording_options(const Options& command);
};

/// --gender alone, where captions as the model says them are the rule: nothing where it is not
/// given.
void add_gender_option(const Options& command, std::optional<GenderWords>& gender);
/// "keep", "neutral" or "sure-only".
std::string name_of(GenderWords gender);

/// What is to be said, once, of models that cannot tell how sure they are, of which `models` are
/// the files; "": they can.
std::string uncalibrated_warning(const Ensemble& ensemble, const std::vector<std::string>& models);

/// The first 12 digits of the checksums of the models' files, with "+" in between; "": of none.
std::string model_digits(const Ensemble& ensemble);

}  // namespace storyteller
