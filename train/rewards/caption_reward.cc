#include "train/rewards/caption_reward.h"

#include <cmath>
#include <sstream>

#include "core/did_you_mean.h"
#include "core/error.h"
#include "core/system/parallel.h"
#include "core/system/printable.h"
#include "core/text/phrase.h"
#include "core/text/weighted_names.h"

namespace storyteller {
namespace {

constexpr const char* kEndToken = "<end>";
/// Those that compare token by token; METEOR and SPICE read words.
constexpr MetricSet kWithEnd = {Metric::kBleu, Metric::kRougeL, Metric::kCider,
                                Metric::kPlainCider};

const ScoreColumn* find_column(std::string_view key) {
  for (const ScoreColumn& column : score_columns()) {
    if (column.key == key) return &column;
  }
  return nullptr;
}

bool counts_end(const RewardTerm& term) { return kWithEnd.contains(find_column(term.key)->metric); }

/// A score that there is.
RewardTerm term_of(const WeightedName& named, std::string_view where) {
  RewardTerm term{.key = named.name, .weight = named.weight};
  std::ranges::replace(term.key, '-', '_');
  if (const ScoreColumn* column = find_column(term.key)) {
    if (!row_of(column->metric).greater_is_better) term.weight = -term.weight;
    return term;
  }
  std::vector<std::string> known;
  for (const ScoreColumn& column : score_columns()) known.emplace_back(column.key);
  throw UsageError(std::string(where) + ": unknown score '" + printable(term.key) + "'" +
                   did_you_mean(term.key, known) + " (there are " + joined(known) + ")");
}

std::unique_ptr<const CaptionScorer> make_scorer(const std::vector<RewardTerm>& terms,
                                                 const CaptionCorpus& corpus, bool with_end) {
  MetricSet metrics;
  for (const RewardTerm& term : terms) {
    if (counts_end(term) == with_end) metrics.insert(find_column(term.key)->metric);
  }
  if (metrics.empty()) return nullptr;
  TokenizedReferences references;
  for (size_t image = 0; image < corpus.images(); ++image) {
    if (corpus.captions_of(image) == 0) continue;
    references.push_back(corpus.of_image(image));
    if (!with_end) continue;
    for (Tokens& caption : references.back()) caption.emplace_back(kEndToken);
  }
  return std::make_unique<const CaptionScorer>(references, ScorerOptions{.metrics = metrics});
}

}  // namespace

std::vector<RewardTerm> parse_reward(std::string_view text, std::string_view where) {
  std::vector<RewardTerm> terms;
  for (const WeightedName& named : parse_weighted_names(text, where)) {
    terms.push_back(term_of(named, where));
  }
  if (terms.empty()) {
    throw UsageError(std::string(where) + ": name at least one score, such as cider");
  }
  return terms;
}

CaptionReward::CaptionReward(std::vector<RewardTerm> terms, const CaptionCorpus& corpus)
    : terms_(std::move(terms)),
      ended_(make_scorer(terms_, corpus, /*with_end=*/true)),
      plain_(make_scorer(terms_, corpus, /*with_end=*/false)) {
  size_t with_captions = 0;
  for (size_t image = 0; image < corpus.images(); ++image) {
    number_.push_back(with_captions);
    if (corpus.captions_of(image) > 0) ++with_captions;
  }
}

double CaptionReward::of(const RewardedCaption& caption) const {
  const size_t image = number_.at(caption.image);
  MetricScores ended, plain;
  if (ended_ != nullptr) {
    Tokens tokens = caption.tokens;
    if (caption.finished) tokens.emplace_back(kEndToken);
    ended = ended_->score(image, tokens);
  }
  if (plain_ != nullptr) plain = plain_->score(image, caption.tokens);
  double reward = 0;
  for (const RewardTerm& term : terms_) {
    const double score = (counts_end(term) ? ended : plain)[term.key];
    if (!std::isnan(score)) reward += term.weight * score;  // no object is named: none is invented
  }
  return reward;
}

std::vector<double> CaptionReward::operator()(std::span<const RewardedCaption> captions) const {
  std::vector<double> rewards(captions.size());
  parallel_for(captions.size(), 0, [&](size_t i) { rewards[i] = of(captions[i]); });
  return rewards;
}

std::string CaptionReward::signature() const {
  std::ostringstream out;
  out << "STANDARD_wInit";
  for (const RewardTerm& term : terms_) {
    out << (term.weight < 0 ? '-' : '+');
    if (std::abs(term.weight) != 1) out << std::abs(term.weight) << '*';
    if (term.key == "cider") {
      out << "Cider-D[n4,s6.0]";
    } else {
      out << find_column(term.key)->title;
    }
  }
  return out.str();
}

}  // namespace storyteller
