#include "model/search/said_words.h"

#include <cmath>
#include <limits>
#include <utility>

#include "core/error.h"
#include "model/search/live_rows.h"
#include "model/vocabulary.h"

namespace storyteller {

std::vector<float> log_probabilities_of(std::span<const float> logits,
                                        std::span<const int32_t> barred) {
  constexpr float kNone = -std::numeric_limits<float>::infinity();
  std::vector<float> values(logits.begin(), logits.end());
  for (const int32_t word : barred) {
    if (static_cast<size_t>(word) < values.size()) values[static_cast<size_t>(word)] = kNone;
  }
  float most = kNone;
  for (const float value : values) most = std::max(most, value);
  if (!std::isfinite(most)) throw InternalError("log_probabilities_of: no word may come next");
  double sum = 0;
  for (const float value : values) sum += std::exp(double{value} - most);
  const double normalizer = most + std::log(sum);
  for (float& value : values) value = static_cast<float>(value - normalizer);
  return values;
}

std::vector<std::vector<float>> log_probabilities_of(StepModel& model,
                                                     std::span<const Tensor> features,
                                                     std::span<const int32_t> words,
                                                     const LogitFilters& filters) {
  const auto pictures = static_cast<size_t>(features[0].size(0));
  const auto V = static_cast<size_t>(model.vocabulary());
  std::vector<std::vector<float>> found(pictures);
  std::vector<double> sums(pictures, 0);
  model.start(features);
  LiveRows rows;
  for (size_t t = 0; t < words.size(); ++t) {
    rows.clear();
    for (size_t i = 0; i < pictures; ++i) {
      rows.add(static_cast<int32_t>(i), t == 0 ? int32_t{Vocabulary::kStart} : words[t - 1],
               sums[i], [&](std::vector<int32_t>* said) {
                 said->insert(said->end(), words.begin(),
                              words.begin() + static_cast<std::ptrdiff_t>(t));
               });
    }
    rows.ask(filters);
    const Tensor logits = model.step(rows.word());
    for (const auto& filter : filters) filter->apply(logits, rows.views());
    const std::vector<float> values = to_host_float(logits);
    const size_t width = values.size() / pictures;
    for (size_t i = 0; i < pictures; ++i) {
      const auto begin = static_cast<size_t>(rows.barred().begin[i]);
      const auto end = static_cast<size_t>(rows.barred().begin[i + 1]);
      const float value =
          log_probabilities_of(std::span(values).subspan(i * width, V),
                               std::span(rows.barred().words)
                                   .subspan(begin, end - begin))[static_cast<size_t>(words[t])];
      found[i].push_back(value);
      sums[i] += value;
    }
  }
  return found;
}

}  // namespace storyteller
