#pragma once

#include <filesystem>

#include "train/metrics/caption_scorer.h"
#include "train/metrics/files/caption_pairs.h"

namespace storyteller {

/// SPICE from a file of tuples that the original tool wrote, for captions that the other metrics
/// scored: image ids pair the two. Throws InputError naming the file and the image: it lacks one,
/// or an image has several captions, of which the file knows one.
void score_spice_tuples(const std::filesystem::path& path, const CaptionPairs& pairs,
                        CaptionScores& scores);

/// The same where there is nothing but the file: its images, without captions, and their scores.
struct TupleScores {
  CaptionPairs pairs;
  CaptionScores scores;
};
TupleScores score_spice_tuples(const std::filesystem::path& path);

}  // namespace storyteller
