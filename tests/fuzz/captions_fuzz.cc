// libFuzzer target for the files that `storyteller score` reads: COCO's JSON, Flickr8k's tokens and
// plain text, then pairing and scoring what was read; the bounded slice that every test run does is
// CaptionFile.RandomMutationsNeverEscape.
//   tests/fuzz/run captions -runs=1000000
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/error.h"
#include "train/metrics/caption_scorer.h"
#include "train/metrics/files/caption_pairs.h"
#include "train/metrics/files/odd_captions.h"

namespace {

using namespace storyteller;

/// The text is hypotheses and references at once.
void score(const CaptionFile& file) {
  const CaptionPairs pairs = pair_captions({file}, {file}, {.partial = true, .samples = true});
  std::vector<std::vector<std::string>> references;
  for (const CaptionPairs::Image& image : pairs.images) references.push_back(image.references);
  const CaptionScorer scorer(ptb_tokenize_references(references, 1), {.threads = 1});
  std::vector<Hypothesis> hypotheses;
  for (size_t i = 0; i < pairs.captions.size(); ++i) {
    hypotheses.push_back({pairs.image_of[i], ptb_tokenize(pairs.captions[i])});
  }
  const CaptionScores scores = scorer.score_hypotheses(hypotheses);
  odd_captions("hypotheses", pairs.captions);
  odd_hypotheses(pairs.captions);
  for (const ScoreColumn& column : score_columns(scorer.metrics())) {
    if (!std::isfinite(column.of(scores))) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    score(parse_caption_file(text, "fuzz",
                             data[0] % 2 == 0 ? CaptionSyntax::kJson : CaptionSyntax::kAny));
  } catch (const InputError&) {
    return 0;
  }
  return 0;
}
