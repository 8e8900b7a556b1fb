// Uses the library of metrics alone; the exit status is 1 where an answer is not the expected one.
#include <storyteller/train/metrics/caption_scorer.h>
#include <storyteller/train/metrics/sets/set_report.h>

#include <cstdio>
#include <string>
#include <vector>

int main() {
  using namespace storyteller;
  const std::vector<std::vector<std::string>> references = {{"A dog runs over the grass."}};
  const TokenizedReferences tokenized = ptb_tokenize_references(references);
  const CaptionScorer scorer(tokenized);
  const double bleu = scorer.score(0, ptb_tokenize("a dog runs over the grass"))["bleu_4"];
  std::printf("BLEU-4 of the reference itself: %.3f\n", bleu);

  // Two captions of one picture, as a set: five different words of eight.
  const std::vector<Hypothesis> said = {{0, ptb_tokenize("a dog runs fast")},
                                        {0, ptb_tokenize("a dog runs away")}};
  const SetReport set =
      make_set_report(said, tokenized, scorer, scorer.score_hypotheses(said), nullptr);
  const double div_1 = set_score(set.measures, "div_1").value.value_or(0);
  std::printf("Div-1 of two captions: %.3f\n", div_1);
  return bleu > 0.999 && div_1 == 5.0 / 8 ? 0 : 1;
}
