#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "model/captioning.h"
#include "tools/apps/album/record.h"
#include "tools/apps/shared/language.h"

namespace storyteller::album {

/// What is less probable than this is not kept.
inline constexpr double kLeastDetection = 0.05;
/// At most so many detections of a picture, the most probable ones.
inline constexpr size_t kMostDetections = 24;

/// The words that a picture is found by: of the caption (the first hypothesis), those that other
/// hypotheses alone say, by the share of those that say them, what the detector sees, and the
/// file's own keywords, whole and word by word. Each lemma once a source, the greatest weight.
std::vector<Posting> picture_words(const Language& language, std::span<const Hypothesis> hypotheses,
                                   std::span<const Detection> detections,
                                   std::span<const std::string> keywords);

/// Shares of hypotheses, by their log-probabilities a word.
std::vector<double> shares(std::span<const Caption> captions);

/// The lemmas of the words that a model knows, a line each, between line breaks: what it could have
/// said of a picture. What stands in angle brackets is no word.
std::string known_words(const Language& language, std::span<const std::string> vocabulary);

}  // namespace storyteller::album
