#include "train/curriculum.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/error.h"

namespace storyteller {

bool Phase::is_frozen(std::string_view group) const {
  return std::ranges::find(frozen, group) != frozen.end();
}

Curriculum::Curriculum(std::vector<Entry> entries) : entries_(std::move(entries)) {
  const auto later = [](const Entry& a, const Entry& b) { return a.from >= b.from; };
  if (entries_.empty() || entries_.front().from != 0 ||
      std::ranges::adjacent_find(entries_, later) != entries_.end()) {
    throw InternalError("Curriculum: its phases do not follow each other from epoch 0 on");
  }
}

const Phase& Curriculum::at(int64_t epoch) const {
  const auto after = std::ranges::upper_bound(entries_, epoch, {}, &Entry::from);
  return after == entries_.begin() ? entries_.front().phase : std::prev(after)->phase;
}

Curriculum make_curriculum(const TrainOptions& options, const Learners& learners) {
  const bool detects = learners.word_detector && options.presence_weight != 0;
  const int64_t speaks_from =
      detects ? std::min<int64_t>(options.detector_epochs, options.epochs - 1) : 0;
  const int64_t unfrozen_at = learners.fine_tuned_encoder ? options.encoder_frozen_epochs : 0;

  std::vector<Curriculum::Entry> entries;
  for (const int64_t from : std::set<int64_t>{0, speaks_from, unfrozen_at}) {
    Phase phase;
    phase.validates = from >= speaks_from;
    if (phase.validates) phase.objectives.emplace_back("cross_entropy");
    if (detects) phase.objectives.emplace_back("word_detection");
    const bool never_learns = learners.pretrained_encoder && !learners.fine_tuned_encoder;
    if (never_learns || from < unfrozen_at) phase.frozen.emplace_back(kEncoderGroup);
    entries.push_back({.from = from, .phase = std::move(phase)});
  }
  return Curriculum(std::move(entries));
}

}  // namespace storyteller
