#include "train/metrics/caption_scorer.h"

#include <unordered_set>

#include "core/error.h"
#include "core/system/parallel.h"
#include "train/metrics/spice/spice_scorer.h"

namespace storyteller {
namespace {

PreparedReferences prepare(const TokenizedReferences& references, const ScorerOptions& options) {
  return options.frequencies ? PreparedReferences(references, options.frequencies)
                             : PreparedReferences(references);
}

}  // namespace

CaptionScorer::CaptionScorer(const TokenizedReferences& references, const ScorerOptions& options)
    : options_(options), references_(prepare(references, options)) {
  for (const ScoreColumn& column : score_columns(options_.metrics)) {
    if (!parts_.empty() && parts_.back().metric == column.metric) {
      ++parts_.back().columns;
      continue;
    }
    const std::shared_ptr<const MetricScorer> scorer =
        row_of(column.metric).make(references, options_);
    parts_.push_back({.scorer = scorer,
                      .metric = column.metric,
                      .first_column = column.number,
                      .columns = 1,
                      .first_statistic = statistics_,
                      .statistics = scorer->statistics()});
    statistics_ += scorer->statistics();
  }
}

MetricScores CaptionScorer::score_counted(size_t image, const Tokens& hypothesis,
                                          std::span<double> statistics) const {
  const PreparedCaption prepared = references_.prepare(hypothesis);
  const ScoredCaption caption{references_, image, prepared, hypothesis};
  MetricScores scores;
  for (const Part& part : parts_) {
    part.scorer->score(caption, scores.columns(part.first_column, part.columns),
                       statistics.subspan(part.first_statistic, part.statistics));
  }
  return scores;
}

MetricScores CaptionScorer::score(size_t image, const Tokens& hypothesis) const {
  std::vector<double> statistics(statistics_);
  return score_counted(image, hypothesis, statistics);
}

std::optional<double> CaptionScorer::score_together(Metric metric, size_t image,
                                                    const std::vector<Tokens>& captions) const {
  for (const Part& part : parts_) {
    if (part.metric == metric) return part.scorer->score_together(image, captions);
  }
  return std::nullopt;
}

CaptionScores CaptionScorer::score_hypotheses(const std::vector<Hypothesis>& hypotheses) const {
  const size_t count = hypotheses.size();
  if (count == 0) throw InputError("captions cannot be scored: there are none");
  CaptionScores out;
  out.each.resize(count);
  std::vector<double> statistics(count * statistics_);  // [hypothesis][statistic]
  const auto statistics_of = [&](size_t i) {
    return std::span(statistics).subspan(i * statistics_, statistics_);
  };
  parallel_for(count, options_.threads, [&](size_t i) {
    out.each[i] = score_counted(hypotheses[i].image, hypotheses[i].tokens, statistics_of(i));
  });
  // Summed in the order of hypotheses: equal for any number of threads.
  std::vector<double> sums(statistics_);
  for (size_t i = 0; i < count; ++i) {
    for (size_t k = 0; k < statistics_; ++k) sums[k] += statistics_of(i)[k];
  }
  for (const Part& part : parts_) {
    const std::span<double> columns = out.columns(part.first_column, part.columns);
    part.scorer->score_set(std::span(sums).subspan(part.first_statistic, part.statistics), columns);
    for (size_t k = 0; k < part.columns && part.statistics == 0; ++k) {
      double sum = 0;
      for (const MetricScores& one : out.each) sum += one.column(part.first_column + k);
      columns[k] = sum / static_cast<double>(count);
    }
    if (part.metric != Metric::kSpice) continue;
    for (size_t i = 0; i < count; ++i) {
      out.spice_counts.push_back(
          spice_counts_of(statistics_of(i).subspan(part.first_statistic, part.statistics)));
    }
    out.spice_categories = spice_scores(out.spice_counts);
    out.set("spice", out.spice_categories->f1);
  }
  std::unordered_set<std::string> distinct;
  for (const Hypothesis& hypothesis : hypotheses) distinct.insert(token_lines(hypothesis.tokens));
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

void set_imported_spice(std::vector<SpiceCounts> counts, CaptionScores& scores) {
  if (counts.size() != scores.each.size()) {
    throw InternalError("set_imported_spice: counts and hypotheses differ in number");
  }
  scores.spice_counts = std::move(counts);
  scores.spice_categories = spice_scores(scores.spice_counts);
  scores.set("spice", scores.spice_categories->f1);
  for (size_t i = 0; i < scores.each.size(); ++i) {
    scores.each[i].set("spice", scores.spice_counts[i].f1());
  }
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
  for (const Tokens& caption : captions) seen.insert(token_lines(caption));
  return seen.size();
}

}  // namespace storyteller
