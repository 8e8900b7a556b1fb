#include "train/objectives/sample_measures.h"

#include <cstdint>
#include <set>

#include "core/text/english_words.h"

namespace storyteller {
namespace {

size_t count_distinct(std::span<const DrawnCaption> captions) {
  std::set<std::vector<int32_t>> different;
  for (const DrawnCaption& caption : captions) different.insert(caption.words);
  return different.size();
}

}  // namespace

std::vector<Measure> sample_measures(std::span<const DrawnCaption> samples, size_t per_picture,
                                     std::span<const double> reward,
                                     std::span<const double> baseline,
                                     const Vocabulary& vocabulary) {
  const auto count = static_cast<double>(samples.size());
  double rewards = 0, baselines = 0, advantage = 0, square = 0;
  size_t words = 0, distinct = 0, dangling = 0, unfinished = 0;
  for (size_t i = 0; i < samples.size(); ++i) {
    const DrawnCaption& sample = samples[i];
    const double a = reward[i] - baseline[i];
    rewards += reward[i], baselines += baseline[i], advantage += a, square += a * a;
    const size_t spoken = sample.words.size() - (sample.finished ? 1 : 0);
    words += spoken;
    unfinished += sample.finished ? 0 : 1;
    if (spoken > 0 && is_bad_ending(vocabulary.word(sample.words[spoken - 1]))) ++dangling;
  }
  for (size_t begin = 0; begin < samples.size(); begin += per_picture) {
    distinct += count_distinct(samples.subspan(begin, per_picture));
  }
  return {{"reward", rewards, count},
          {"baseline", baselines, count},
          {"advantage", advantage, count},
          {"squared_advantage", square, count},
          {"words", static_cast<double>(words), count},
          {"distinct", static_cast<double>(distinct), count},
          {"dangling", static_cast<double>(dangling), count},
          {"unfinished", static_cast<double>(unfinished), count}};
}

}  // namespace storyteller
