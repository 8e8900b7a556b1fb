#pragma once

#include <span>
#include <string_view>

#include "train/metrics/wordnet/wordnet.h"

namespace storyteller {

/// One of the rules by which morphy(7WN) finds base forms: `suffix` gives way to `ending`.
struct DetachmentRule {
  std::string_view suffix;
  std::string_view ending;
};

/// Those of one part of speech; none for adverbs.
std::span<const DetachmentRule> detachment_rules(PartOfSpeech pos);

}  // namespace storyteller
