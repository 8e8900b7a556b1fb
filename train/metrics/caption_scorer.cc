#include "train/metrics/caption_scorer.h"

#include <cstdlib>
#include <unordered_set>

#include "core/error.h"
#include "core/system/parallel.h"
#include "train/metrics/ngram/bleu.h"
#include "train/metrics/ngram/cider.h"
#include "train/metrics/ngram/rouge.h"

namespace storyteller {
namespace {

PreparedReferences prepare(const TokenizedReferences& references, const ScorerOptions& options) {
  return options.frequencies ? PreparedReferences(references, options.frequencies)
                             : PreparedReferences(references);
}

std::string joined(const Tokens& caption) {
  std::string text;
  for (const std::string& token : caption) text.append(token).push_back('\n');
  return text;
}

}  // namespace

double ScoreColumn::of(const MetricScores& scores) const {
  switch (metric) {
    case Metric::kBleu:
      return scores.bleu[index];
    case Metric::kRougeL:
      return scores.rouge_l;
    case Metric::kMeteor:
      return scores.meteor;
    case Metric::kCider:
      return scores.cider;
    case Metric::kPlainCider:
      return scores.plain_cider;
    case Metric::kSpice:
      return scores.spice;
  }
  throw InternalError("ScoreColumn: no such metric");
}

std::vector<ScoreColumn> score_columns(MetricSet metrics) {
  std::vector<ScoreColumn> columns;
  const auto add = [&](Metric metric, const char* key, const char* title) {
    if (metrics.contains(metric)) columns.push_back({key, title, 0, metric});
  };
  for (size_t n = 0; n < kMaxOrder && metrics.contains(Metric::kBleu); ++n) {
    const std::string order = std::to_string(n + 1);
    columns.push_back({"bleu_" + order, "BLEU-" + order, n, Metric::kBleu});
  }
  add(Metric::kRougeL, "rouge_l", "ROUGE-L");
  add(Metric::kMeteor, "meteor", "METEOR");
  add(Metric::kCider, "cider", "CIDEr");
  add(Metric::kPlainCider, "plain_cider", "plain CIDEr");
  add(Metric::kSpice, "spice", "SPICE-native");
  return columns;
}

struct CaptionScorer::Counted {
  MetricScores scores;
  BleuStatistics bleu;
  MeteorStatistics meteor;
  SpiceCounts spice;
};

CaptionScorer::CaptionScorer(const TokenizedReferences& references, const ScorerOptions& options)
    : options_(options), references_(prepare(references, options)) {
  if (options_.metrics.contains(Metric::kMeteor)) {
    if (!options_.meteor) options_.meteor = default_meteor_resources();
    meteor_.emplace(references, options_.meteor);
  }
  if (options_.metrics.contains(Metric::kSpice)) {
    if (!options_.spice) options_.spice = default_spice_model();
    spice_.emplace(references, options_.spice, options_.threads);
  }
}

CaptionScorer::Counted CaptionScorer::score_counted(size_t image, const Tokens& hypothesis) const {
  const MetricSet wanted = options_.metrics;
  const PreparedCaption caption = references_.prepare(hypothesis);
  Counted out;
  if (wanted.contains(Metric::kBleu)) {
    out.bleu = bleu_statistics(references_, image, caption);
    out.scores.bleu = bleu(out.bleu);
  }
  if (wanted.contains(Metric::kRougeL)) out.scores.rouge_l = rouge_l(references_, image, caption);
  if (meteor_) {
    out.meteor = meteor_->statistics(image, hypothesis);
    out.scores.meteor = meteor(out.meteor);
  }
  if (wanted.contains(Metric::kCider) || wanted.contains(Metric::kPlainCider)) {
    const CiderScores cider = cider_scores(references_, image, caption);
    if (wanted.contains(Metric::kCider)) out.scores.cider = cider.clipped;
    if (wanted.contains(Metric::kPlainCider)) out.scores.plain_cider = cider.plain;
  }
  if (spice_) {
    out.spice = spice_->score(image, hypothesis);
    out.scores.spice = out.spice.f1();
  }
  return out;
}

MetricScores CaptionScorer::score(size_t image, const Tokens& hypothesis) const {
  return score_counted(image, hypothesis).scores;
}

CaptionScores CaptionScorer::score_hypotheses(const std::vector<Hypothesis>& hypotheses) const {
  const size_t count = hypotheses.size();
  if (count == 0) throw InputError("captions cannot be scored: there are none");
  std::vector<Counted> counted(count);
  parallel_for(count, options_.threads, [&](size_t i) {
    counted[i] = score_counted(hypotheses[i].image, hypotheses[i].tokens);
  });
  // Summed in the order of hypotheses: equal for any number of threads.
  const auto mean = [&](double MetricScores::*member) {
    double sum = 0;
    for (const Counted& one : counted) sum += one.scores.*member;
    return sum / static_cast<double>(count);
  };
  CaptionScores out;
  out.rouge_l = mean(&MetricScores::rouge_l);
  out.cider = mean(&MetricScores::cider);
  out.plain_cider = mean(&MetricScores::plain_cider);
  BleuStatistics total;
  MeteorStatistics meteor_total;
  std::unordered_set<std::string> distinct;
  out.each.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    total += counted[i].bleu;
    meteor_total += counted[i].meteor;
    out.each.push_back(counted[i].scores);
    distinct.insert(joined(hypotheses[i].tokens));
  }
  if (options_.metrics.contains(Metric::kBleu)) out.bleu = bleu(total);
  if (meteor_) out.meteor = meteor(meteor_total);
  if (spice_) {
    for (const Counted& one : counted) out.spice_counts.push_back(one.spice);
    out.spice_categories = spice_scores(out.spice_counts);
    out.spice = out.spice_categories->f1;
  }
  out.distinct_captions = distinct.size();
  return out;
}

CaptionScores CaptionScorer::score_all(const std::vector<Tokens>& hypotheses) const {
  if (hypotheses.size() != images()) {
    throw InputError("captions cannot be scored: " + std::to_string(hypotheses.size()) +
                     " hypotheses for " + std::to_string(images()) +
                     " images; give exactly one for each");
  }
  std::vector<Hypothesis> numbered(hypotheses.size());
  for (size_t i = 0; i < hypotheses.size(); ++i) numbered[i] = {i, hypotheses[i]};
  return score_hypotheses(numbered);
}

std::shared_ptr<const MeteorResources> default_meteor_resources() {
  static const auto resources = [] {
    const char* folder = std::getenv("STORYTELLER_METEOR");
    return std::make_shared<const MeteorResources>(folder != nullptr && *folder != '\0'
                                                       ? MeteorResources::open(folder)
                                                       : MeteorResources::from_wordnet());
  }();
  return resources;
}

std::shared_ptr<const SpiceModel> default_spice_model() {
  static const auto model =
      std::make_shared<const SpiceModel>(WordNet::shared(default_wordnet_folder()));
  return model;
}

void set_imported_spice(std::vector<SpiceCounts> counts, CaptionScores& scores) {
  if (counts.size() != scores.each.size()) {
    throw InternalError("set_imported_spice: counts and hypotheses differ in number");
  }
  scores.spice_counts = std::move(counts);
  scores.spice_categories = spice_scores(scores.spice_counts);
  scores.spice = scores.spice_categories->f1;
  for (size_t i = 0; i < scores.each.size(); ++i)
    scores.each[i].spice = scores.spice_counts[i].f1();
  scores.spice_imported = true;
}

std::vector<Tokens> ptb_tokenize_all(const std::vector<std::string>& captions, int threads) {
  std::vector<Tokens> out(captions.size());
  parallel_for(captions.size(), threads, [&](size_t i) { out[i] = ptb_tokenize(captions[i]); });
  return out;
}

TokenizedReferences ptb_tokenize_references(const std::vector<std::vector<std::string>>& references,
                                            int threads) {
  TokenizedReferences out(references.size());
  parallel_for(references.size(), threads, [&](size_t i) {
    for (const std::string& caption : references[i]) out[i].push_back(ptb_tokenize(caption));
  });
  return out;
}

size_t count_distinct_captions(const std::vector<Tokens>& captions) {
  std::unordered_set<std::string> seen;
  for (const Tokens& caption : captions) seen.insert(joined(caption));
  return seen.size();
}

}  // namespace storyteller
