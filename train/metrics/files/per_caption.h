#pragma once

#include <filesystem>

#include "train/metrics/caption_scorer.h"
#include "train/metrics/files/caption_pairs.h"

namespace storyteller {

/// How scores of single captions are written: a table (RFC 4180), or a JSON array of objects.
enum class PerCaptionForm { kCsv, kJson };

/// By the name's ending, .csv or .json. Throws UsageError for another.
PerCaptionForm per_caption_form(const std::filesystem::path& path);

/// Writes the scores of every caption, atomically and in the form that the name asks for:
/// image_id, caption, the metrics' columns and SPICE's categories (empty or null where the
/// references have no tuple of it). What is not UTF-8 in a caption becomes U+FFFD.
void write_per_caption(const std::filesystem::path& path, const CaptionPairs& pairs,
                       const CaptionScores& scores, MetricSet metrics);

}  // namespace storyteller
