#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "train/metrics/spice/spice_counts.h"
#include "train/metrics/spice/tuple_graph.h"

namespace storyteller {

/// One image of a tuple file that the original SPICE tool wrote.
struct ImportedTuples {
  std::string image;                           ///< image_id as text
  std::vector<spice::Proposition> candidate;   ///< test_tuples; merged lemmas as "ski/skier"
  std::vector<spice::Proposition> references;  ///< ref_tuples
};

/// Reads what the original tool writes with -detailed: a JSON list with one object an image,
/// {"image_id": ..., "test_tuples": [{"tuple": ["bench", "near", "lake"]}, ...], "ref_tuples":
/// ...}. Other keys (scores, truth_value, captions) are ignored.
///
/// `name` stands for the file in messages. Throws InputError naming the image and the cause: not
/// JSON, no tuples (the tool ran without -detailed), a tuple without one to three texts, an image
/// twice.
std::vector<ImportedTuples> parse_spice_tuples(std::string_view json, const std::string& name);
std::vector<ImportedTuples> read_spice_tuples(const std::filesystem::path& path);

/// Counts by this project's matching: with imported tuples the score is SPICE's.
SpiceCounts spice_counts(const ImportedTuples& image, const spice::Thesaurus& thesaurus);
/// The same with the matches themselves.
spice::TupleMatches match_imported(const ImportedTuples& image, const spice::Thesaurus& thesaurus);

}  // namespace storyteller
