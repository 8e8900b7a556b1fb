#include "train/metrics/statistics/diversity.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_set>

#include "core/system/parallel.h"
#include "core/text/english_words.h"
#include "core/text/text_set.h"
#include "train/metrics/ngram/bleu.h"
#include "train/metrics/statistics/symmetric_eigenvalues.h"

namespace storyteller {
namespace {

/// Tokens of the captions as numbers of their own.
std::vector<std::vector<TokenId>> numbered(std::span<const Tokens> captions, TextSet& ids) {
  std::vector<std::vector<TokenId>> out;
  out.reserve(captions.size());
  for (const Tokens& caption : captions) {
    out.emplace_back();
    for (const std::string& token : caption) out.back().push_back(ids.insert(token));
  }
  return out;
}

/// Different tokens and different pairs of neighbours.
struct Distinct {
  size_t words = 0, tokens = 0, pairs = 0;
};

Distinct count_distinct(std::span<const Tokens> captions) {
  TextSet ids;
  std::unordered_set<uint64_t> pairs;
  Distinct out;
  for (const auto& caption : numbered(captions, ids)) {
    out.words += caption.size();
    for (size_t i = 1; i < caption.size(); ++i) {
      pairs.insert(uint64_t{caption[i - 1]} << 32U | caption[i]);
    }
  }
  out.tokens = ids.size();
  out.pairs = pairs.size();
  return out;
}

double share(size_t part, size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string joined(const Tokens& caption) {
  std::string text;
  for (const std::string& token : caption) text.append(token).push_back('\n');
  return text;
}

/// A caption's tf-idf vector, sorted by n-gram, and its norms by order.
struct Weighted {
  std::vector<std::pair<Ngram, double>> entries;
  std::array<double, kMaxOrder> norms{};
};

Weighted weigh(const Tokens& caption, const DocumentFrequencies& frequencies, TextSet& unknown) {
  std::vector<TokenId> ids;
  for (const std::string& token : split_at_white_space(caption)) {
    const TokenId id = frequencies.tokens().find(token);
    ids.push_back(id != TextSet::kAbsent
                      ? id
                      : static_cast<TokenId>(frequencies.tokens().size()) + unknown.insert(token));
  }
  std::vector<NgramCount> ngrams;
  count_ngrams(ids, ngrams);
  const double log_documents =
      std::log(static_cast<double>(std::max<size_t>(1, frequencies.documents())));
  Weighted out;
  for (const NgramCount& n : ngrams) {
    const double df = std::max<double>(1, frequencies.count(n.ngram));
    const double weight = n.count * (log_documents - std::log(df));
    out.entries.emplace_back(n.ngram, weight);
    out.norms[n.ngram.order() - 1] += weight * weight;
  }
  for (double& norm : out.norms) norm = std::sqrt(norm);
  return out;
}

double similarity(const Weighted& a, const Weighted& b) {
  std::array<double, kMaxOrder> products{};
  for (size_t i = 0, j = 0; i < a.entries.size() && j < b.entries.size();) {
    const auto& [left, x] = a.entries[i];
    const auto& [right, y] = b.entries[j];
    if (left == right) {
      products[left.order() - 1] += x * y;
      ++i, ++j;
    } else {
      left < right ? ++i : ++j;
    }
  }
  double sum = 0;
  for (size_t n = 0; n < kMaxOrder; ++n) {
    const double norms = a.norms[n] * b.norms[n];
    if (norms > 0) sum += products[n] / norms;
  }
  return sum / kMaxOrder;
}

}  // namespace

CaptionStatistics caption_statistics(std::span<const Tokens> captions) {
  CaptionStatistics out;
  const Distinct distinct = count_distinct(captions);
  std::unordered_set<std::string> different;
  size_t dangling = 0;
  for (const Tokens& caption : captions) {
    different.insert(joined(caption));
    ++out.lengths[std::min(caption.size(), CaptionStatistics::kLongest)];
    if (!caption.empty() && is_bad_ending(caption.back())) ++dangling;
  }
  out.captions = captions.size();
  out.distinct_captions = different.size();
  out.words = distinct.words;
  out.vocabulary = distinct.tokens;
  out.mean_length = share(distinct.words, captions.size());
  out.distinct_1 = share(distinct.tokens, distinct.words);
  out.distinct_2 = share(distinct.pairs, distinct.words);
  out.dangling = share(dangling, captions.size());
  return out;
}

double share_unseen(std::span<const Tokens> captions, std::span<const Tokens> training) {
  std::unordered_set<std::string> seen;
  for (const Tokens& caption : training) seen.insert(joined(caption));
  const auto unseen = std::count_if(captions.begin(), captions.end(), [&](const Tokens& caption) {
    return !seen.contains(joined(caption));
  });
  return share(static_cast<size_t>(unseen), captions.size());
}

double mbleu_4(const std::vector<Tokens>& samples) {
  if (samples.size() < 2) return 0;
  double sum = 0;
  for (size_t i = 0; i < samples.size(); ++i) {
    std::vector<Tokens> others = samples;
    others.erase(others.begin() + static_cast<ptrdiff_t>(i));
    const PreparedReferences references(TokenizedReferences{std::move(others)});
    sum += bleu(bleu_statistics(references, 0, references.prepare(samples[i])))[kMaxOrder - 1];
  }
  return sum / static_cast<double>(samples.size());
}

std::vector<double> cider_kernel(const std::vector<Tokens>& samples,
                                 const DocumentFrequencies& frequencies) {
  TextSet unknown;
  std::vector<Weighted> weighted;
  weighted.reserve(samples.size());
  for (const Tokens& sample : samples) weighted.push_back(weigh(sample, frequencies, unknown));
  const size_t k = samples.size();
  std::vector<double> kernel(k * k);
  for (size_t i = 0; i < k; ++i) {
    for (size_t j = 0; j <= i; ++j) {
      kernel[i * k + j] = kernel[j * k + i] = similarity(weighted[i], weighted[j]);
    }
  }
  return kernel;
}

double self_cider(const std::vector<Tokens>& samples, const DocumentFrequencies& frequencies) {
  const size_t k = samples.size();
  if (k < 2) return 0;
  double sum = 0, largest = 0;
  for (const double value : symmetric_eigenvalues(cider_kernel(samples, frequencies))) {
    const double root = std::sqrt(std::max(0.0, value));  // rounding may leave -1e-17
    sum += root;
    largest = std::max(largest, root);
  }
  return sum == 0 ? 0 : std::max(0.0, -std::log(largest / sum) / std::log(static_cast<double>(k)));
}

SampleDiversity sample_diversity(const std::vector<std::vector<Tokens>>& samples,
                                 const DocumentFrequencies& frequencies, int threads) {
  std::vector<SampleDiversity> each(samples.size());
  parallel_for(samples.size(), threads, [&](size_t i) {
    if (samples[i].size() < 2) return;
    const Distinct distinct = count_distinct(samples[i]);
    each[i] = {.images = 1,
               .div_1 = share(distinct.tokens, distinct.words),
               .div_2 = share(distinct.pairs, distinct.words),
               .mbleu_4 = mbleu_4(samples[i]),
               .self_cider = self_cider(samples[i], frequencies)};
  });
  SampleDiversity out;
  for (const SampleDiversity& one : each) {
    out.images += one.images;
    out.div_1 += one.div_1;
    out.div_2 += one.div_2;
    out.mbleu_4 += one.mbleu_4;
    out.self_cider += one.self_cider;
  }
  const auto images = static_cast<double>(std::max<size_t>(1, out.images));
  for (double* sum : {&out.div_1, &out.div_2, &out.mbleu_4, &out.self_cider}) *sum /= images;
  return out;
}

}  // namespace storyteller
