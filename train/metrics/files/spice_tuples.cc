#include "train/metrics/files/spice_tuples.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/ascii.h"
#include "train/metrics/spice/spice.h"
#include "train/metrics/spice/spice_import.h"

namespace storyteller {
namespace {

bool is_numeric_id(std::string_view id) {
  if (id.starts_with('-')) id.remove_prefix(1);
  return !id.empty() && std::all_of(id.begin(), id.end(), is_decimal_digit);
}

}  // namespace

void score_spice_tuples(const std::filesystem::path& path, const CaptionPairs& pairs,
                        CaptionScores& scores) {
  const std::vector<ImportedTuples> images = read_spice_tuples(path);
  std::unordered_map<std::string_view, size_t> by_id;
  for (size_t i = 0; i < images.size(); ++i) by_id.emplace(images[i].image, i);
  const spice::Thesaurus& thesaurus = default_spice_model()->thesaurus();
  std::vector<SpiceCounts> counts;
  counts.reserve(pairs.captions.size());
  for (const size_t index : pairs.image_of) {
    const CaptionPairs::Image& image = pairs.images[index];
    if (image.hypotheses.size() != 1) {
      throw InputError(printable_path(path.string()) +
                       ": it holds one caption's tuples of an image, but image " +
                       printable(image.id) + " has " + std::to_string(image.hypotheses.size()) +
                       " captions; leave `samples` or `spice_tuples` away");
    }
    const auto found = by_id.find(image.id);
    if (found == by_id.end()) {
      throw InputError(printable_path(path.string()) + ": no tuples of image " +
                       printable(image.id) + "; run the SPICE tool on the same captions");
    }
    counts.push_back(spice_counts(images[found->second], thesaurus));
  }
  set_imported_spice(std::move(counts), scores);
}

TupleScores score_spice_tuples(const std::filesystem::path& path) {
  TupleScores out;
  for (ImportedTuples& image : read_spice_tuples(path)) {
    const size_t index = out.pairs.images.size();
    const bool number = is_numeric_id(image.image);
    out.pairs.images.push_back({std::move(image.image), number, {}, {index}});
    out.pairs.captions.emplace_back();
    out.pairs.image_of.push_back(index);
  }
  out.scores.each.resize(out.pairs.images.size());
  score_spice_tuples(path, out.pairs, out.scores);
  return out;
}

}  // namespace storyteller
