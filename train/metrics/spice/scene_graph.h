#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "train/metrics/spice/concept.h"
#include "train/metrics/spice/syntax_model.h"

namespace storyteller::spice {

/// What a caption says, one statement: (object), (object, attribute) or (object, relation, object),
/// in lemmas. One to three elements.
using Proposition = std::vector<std::string>;

/// Reads the propositions of a parsed caption, in the order of its words; a proposition may occur
/// twice. Rules over the dependency tree, after Anderson et al. 2016 (SPICE) and Schuster et al.
/// 2015, "Generating semantically precise scene graphs from textual descriptions":
/// docs/metrics/spice.md lists them. Linear in the number of words.
std::vector<Proposition> propositions(std::span<const std::string> words,
                                      const ParsedCaption& parsed, const Thesaurus& thesaurus);

}  // namespace storyteller::spice
