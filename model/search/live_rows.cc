#include "model/search/live_rows.h"

#include "model/search/search_observer.h"

namespace storyteller {

void LiveRows::clear() {
  image_.clear();
  word_.clear();
  said_.clear();
  end_.clear();
  views_.clear();
  barred_.clear();
}

void LiveRows::ask(const LogitFilters& filters) {
  size_t begin = 0;
  for (size_t row = 0; row < views_.size(); ++row) {
    views_[row].words = std::span<const int32_t>(said_).subspan(begin, end_[row] - begin);
    begin = end_[row];
    for (const auto& filter : filters) filter->bar(views_[row], &barred_.words);
    barred_.begin.push_back(static_cast<int32_t>(barred_.words.size()));
  }
}

void LiveRows::show(const StepModel& model, const Tensor& logits, SearchObserver& observer) const {
  const std::vector<float> gates = model.gates();
  observer.at_step({.rows = views_,
                    .logits = logits,
                    .vocabulary = model.vocabulary(),
                    .barred = barred_,
                    .gates = gates});
}

}  // namespace storyteller
