#pragma once

#include <filesystem>

#include "tools/commands/output_file.h"
#include "train/metrics/caption_scorer.h"
#include "train/metrics/files/caption_pairs.h"

namespace storyteller {

/// Writes the scores of every caption, atomically: image_id, caption, the metrics' columns
/// and SPICE's categories (empty or null where the references have no tuple of it). A
/// name that ends in .json makes a JSON array of objects, .csv a table (RFC 4180); anything else is
/// a UsageError. What is not UTF-8 in a caption becomes U+FFFD.
void write_per_image(const std::filesystem::path& path, const CaptionPairs& pairs,
                     const CaptionScores& scores, MetricSet metrics);

/// What will be written, or that UsageError, before the work.
OutputKind per_image_kind(const std::filesystem::path& path);

}  // namespace storyteller
