#include "model/search/sampling.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "core/error.h"
#include "core/ops/ops.h"
#include "core/random_stream.h"
#include "model/search/caption_score.h"
#include "model/search/live_rows.h"
#include "model/vocabulary.h"

namespace storyteller {
namespace {

constexpr uint64_t kDrawSite = 0x64726177;  // of philox_key

/// A sentence that is being drawn.
struct Draft {
  int32_t image;
  uint64_t key;  // of its picture and itself
  Caption caption;
  bool done = false;

  void take(int32_t word, float log_probability, std::span<const float> alpha, int max_words) {
    // Written so that NaN is no probability either.
    if (!(log_probability > -std::numeric_limits<float>::infinity())) {
      if (caption.words.empty()) throw no_word_has_a_probability();
      done = true;  // every continuation is barred: what was said so far has to do
      return;
    }
    caption.log_probability += log_probability;
    caption.word_log_probabilities.push_back(log_probability);
    if (word == Vocabulary::kEnd) {
      caption.finished = done = true;
      return;
    }
    caption.words.push_back(word);
    caption.alpha.insert(caption.alpha.end(), alpha.begin(), alpha.end());
    done = std::ssize(caption.words) >= max_words;
  }
};

void gather(LiveRows& rows, const std::vector<Draft>& drafts, const LogitFilters& filters) {
  rows.clear();
  for (const Draft& draft : drafts) {
    if (draft.done) continue;
    const std::vector<int>& words = draft.caption.words;
    rows.add(draft.image, words.empty() ? Vocabulary::kStart : words.back(),
             draft.caption.log_probability, [&](std::vector<int32_t>* said) {
               said->insert(said->end(), words.begin(), words.end());
             });
  }
  rows.ask(filters);
}

}  // namespace

Sampling::Sampling(const SearchOptions& options, LogitFilters filters, SearchObserver* observer)
    : options_(options), filters_(std::move(filters)), observer_(observer) {}

std::vector<std::vector<Caption>> Sampling::run(StepModel& model, std::span<const Tensor> features,
                                                std::span<const uint64_t> numbers) const {
  const int64_t V = model.vocabulary(), I = features[0].size(0);
  if (V <= Vocabulary::kSpecialTokens) throw InternalError("sampling: the vocabulary has no words");
  const Truncation truncation = {.temperature = options_.temperature > 0 ? options_.temperature : 1,
                                 .top_k = options_.top_k,
                                 .top_p = options_.top_p,
                                 .min_p = options_.min_p,
                                 .typical_p = options_.typical};
  std::vector<Draft> drafts;
  for (int64_t i = 0; i < I; ++i) {
    const auto picture = static_cast<size_t>(i);
    const uint64_t number = numbers.empty() ? picture : numbers[picture];
    for (int n = 0; n < options_.sample; ++n) {
      drafts.push_back({.image = static_cast<int32_t>(i),
                        .key = number << 16 | static_cast<uint64_t>(n),
                        .caption = {}});
    }
  }
  model.start(features);
  LiveRows rows;
  gather(rows, drafts, filters_);
  if (options_.sample > 1) model.gather(rows.image(), rows.image());
  for (uint64_t place = 0; !rows.empty(); ++place) {
    const Tensor logits = model.step(rows.word());
    for (const auto& filter : filters_) filter->apply(logits, rows.views());
    if (observer_ != nullptr) rows.show(model, logits, *observer_);
    const Tensor kept = filter_logits(logits, V, truncation, rows.barred());
    std::vector<uint64_t> keys;
    for (const Draft& draft : drafts) {
      if (!draft.done) keys.push_back(draft.key);
    }
    const SampledWords drawn =
        sample_step(logits, V, Tensor::from({rows.size()}, keys, logits.device()),
                    philox_key(static_cast<uint64_t>(options_.draw_seed), place, kDrawSite),
                    options_.temperature);
    const std::vector<int32_t> words = drawn.word.to_host<int32_t>();
    const std::vector<float> among_kept = to_host_float(drawn.log_probability);
    const std::vector<float> of_kept = to_host_float(kept), alpha = model.attention();
    const size_t L = alpha.size() / words.size();
    std::vector<int32_t> parents;
    size_t row = 0;
    for (Draft& draft : drafts) {
      if (draft.done) continue;
      draft.take(words[row], among_kept[row] + of_kept[row], std::span(alpha).subspan(row * L, L),
                 options_.max_words);
      if (!draft.done) parents.push_back(static_cast<int32_t>(row));
      ++row;
    }
    gather(rows, drafts, filters_);
    if (!rows.empty()) model.gather(parents, rows.image());
  }

  std::vector<std::vector<Caption>> captions(static_cast<size_t>(I));
  for (Draft& draft : drafts) {
    Caption& caption = draft.caption;
    caption.score = caption_score(caption.log_probability,
                                  std::ssize(caption.words) + (caption.finished ? 1 : 0),
                                  options_.length_penalty);
    captions[static_cast<size_t>(draft.image)].push_back(std::move(draft.caption));
  }
  for (std::vector<Caption>& of_picture : captions) {
    std::stable_sort(of_picture.begin(), of_picture.end(),
                     [](const Caption& a, const Caption& b) { return a.score > b.score; });
  }
  return captions;
}

}  // namespace storyteller
