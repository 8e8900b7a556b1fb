#include "train/metrics/caption_scores.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <unordered_set>

#include "core/error.h"
#include "train/metrics/bleu.h"
#include "train/metrics/cider.h"
#include "train/metrics/rouge.h"

namespace storyteller {
namespace {

/// Runs body(i) for 0 <= i < count on several threads; the first exception is thrown again.
template <class Body>
void parallel_for(size_t count, int threads, Body body) {
  constexpr size_t kBlock = 64;  // captions a thread takes at a time
  const size_t cores = std::max(1U, std::thread::hardware_concurrency());
  const size_t wanted = threads > 0 ? static_cast<size_t>(threads) : cores;
  const size_t workers = std::min(wanted, (count + kBlock - 1) / kBlock);
  std::atomic<size_t> next{0};
  std::exception_ptr failure;
  std::mutex failure_lock;
  const auto work = [&] {
    try {
      for (size_t begin; (begin = next.fetch_add(kBlock)) < count;) {
        for (size_t i = begin; i < std::min(count, begin + kBlock); ++i) body(i);
      }
    } catch (...) {
      const std::lock_guard lock(failure_lock);
      if (!failure) failure = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> pool;
    for (size_t i = 1; i < workers; ++i) pool.emplace_back(work);
    work();
  }
  if (failure) std::rethrow_exception(failure);
}

ImageScores score(const PreparedReferences& references, size_t image, const Tokens& hypothesis,
                  BleuStatistics& statistics) {
  const PreparedCaption caption = references.prepare(hypothesis);
  statistics = bleu_statistics(references, image, caption);
  const CiderScores cider = cider_scores(references, image, caption);
  return {bleu(statistics), rouge_l(references, image, caption), cider.clipped, cider.plain};
}

}  // namespace

ImageScores score_caption(const PreparedReferences& references, size_t image,
                          const Tokens& hypothesis) {
  BleuStatistics statistics;
  return score(references, image, hypothesis, statistics);
}

CaptionScores score_captions(const PreparedReferences& references,
                             const std::vector<Tokens>& hypotheses, int threads) {
  const size_t count = references.images();
  if (hypotheses.size() != count) {
    throw InputError("captions cannot be scored: " + std::to_string(hypotheses.size()) +
                     " hypotheses for " + std::to_string(count) +
                     " images; give exactly one for each");
  }
  CaptionScores out;
  out.images.resize(count);
  std::vector<BleuStatistics> statistics(count);
  parallel_for(count, threads, [&](size_t i) {
    out.images[i] = score(references, i, hypotheses[i], statistics[i]);
  });
  BleuStatistics total;  // summed in the order of images: equal for any number of threads
  for (size_t i = 0; i < count; ++i) {
    total += statistics[i];
    out.rouge_l += out.images[i].rouge_l;
    out.cider += out.images[i].cider;
    out.plain_cider += out.images[i].plain_cider;
  }
  out.bleu = bleu(total);
  out.rouge_l /= static_cast<double>(count);
  out.cider /= static_cast<double>(count);
  out.plain_cider /= static_cast<double>(count);
  out.distinct_captions = count_distinct_captions(hypotheses);
  return out;
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
  std::string joined;
  for (const Tokens& caption : captions) {
    joined.clear();
    for (const std::string& token : caption) joined.append(token).push_back('\n');
    seen.insert(joined);
  }
  return seen.size();
}

}  // namespace storyteller
