// Uses the library of metrics alone; the exit status is 1 where an answer is not the expected one.
#include <storyteller/train/metrics/caption_scorer.h>

#include <cstdio>
#include <string>
#include <vector>

int main() {
  using namespace storyteller;
  const std::vector<std::vector<std::string>> references = {{"A dog runs over the grass."}};
  const CaptionScorer scorer(ptb_tokenize_references(references));
  const double bleu = scorer.score(0, ptb_tokenize("a dog runs over the grass"))["bleu_4"];
  std::printf("BLEU-4 of the reference itself: %.3f\n", bleu);
  return bleu > 0.999 ? 0 : 1;
}
