#pragma once

#include <span>
#include <string>
#include <vector>

#include "train/metrics/table.h"

namespace storyteller {

/// What makes scores low, or worthless, without being wrong: the metrics count it as they find it,
/// as their reference implementations do, and whoever reads the scores should know. A sentence for
/// each, with number and example:
///   - captions in one piece, of a script that has no blanks between words;
///   - marks of decoders and tokenisers among the words ("<pad>", "[CLS]", "endseq", "<unk>");
///   - letters apart from their accents (text that is not in Unicode's NFC);
///   - names of files for captions.
/// @param whose "hypotheses", "references".
std::vector<std::string> odd_captions(const std::string& whose,
                                      std::span<const std::string> captions);

/// Of hypotheses alone: empty ones, and one and the same caption for all.
std::vector<std::string> odd_hypotheses(std::span<const std::string> captions);

/// A sentence where METEOR or SPICE, which know English alone, are asked about other languages, as
/// far as a language can be told; else empty.
std::string other_language(MetricSet metrics, std::span<const std::string> references);

}  // namespace storyteller
