#pragma once

#include <string>
#include <vector>

#include "train/metrics/spice/spice.h"

namespace storyteller {

/// A thing that a caption names.
struct NamedThing {
  std::string lemma, word;  ///< "dog", "dogs"
  bool plural = false;
  bool with_a = false;      ///< "a" or "an" stands before it
  std::string colour = {};  ///< "brown", "black and white"; "": not said
  std::string number = {};  ///< "2" or "3", of a plural; "": not said
  std::string doing = {};   ///< "running": what it does, of a verb in -ing; "": not said
};
/// "a man on a rock".
struct NamedPlace {
  size_t thing = 0, place = 0;  ///< of CaptionFacts::things
  std::string preposition;      ///< "on", "under"
};
/// What a caption says, as far as questions are made of it.
struct CaptionFacts {
  std::vector<NamedThing> things;
  std::vector<NamedPlace> places;
};

/// Reads it off the caption's dependency tree. `tokens` as ptb_tokenize gives them.
CaptionFacts caption_facts(const Tokens& tokens, const SpiceModel& model);

}  // namespace storyteller
