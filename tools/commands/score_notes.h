#pragma once

#include <span>
#include <string>
#include <vector>

#include "train/metrics/files/caption_pairs.h"
#include "train/metrics/table.h"

namespace storyteller {

/// What a reader of scores should know about the captions, a sentence each: see odd_captions.h.
/// `references` and `hypotheses` are raw.
std::vector<std::string> caption_notes(std::span<const std::string> hypotheses,
                                       std::span<const std::string> references, MetricSet metrics);

/// The same of what `score` was given, and what was guessed and left out there.
/// @param fixed_frequencies CIDEr's document frequencies are not those of the references.
std::vector<std::string> score_notes(const CaptionPairs& pairs, MetricSet metrics,
                                     bool fixed_frequencies);

}  // namespace storyteller
