#include "train/curriculum.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/error.h"

namespace storyteller {
namespace {

std::vector<WeightedObjective> rewarded_objectives(double anchor) {
  std::vector<WeightedObjective> objectives;
  if (anchor > 0) objectives.push_back({"cross_entropy", anchor});
  objectives.push_back({"self_critical", 1 - anchor});
  return objectives;
}

}  // namespace

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
  const SelfCriticalOptions& self_critical = options.self_critical;
  const int64_t rewarded_from =
      std::max<int64_t>(speaks_from, options.epochs - self_critical.epochs);

  std::set<int64_t> changes = {0, speaks_from, unfrozen_at};
  if (self_critical.epochs > 0) changes.insert(rewarded_from);
  for (int64_t epoch = 1; epoch < options.epochs; ++epoch) {
    const auto probability = [&](int64_t e) {
      return sampling_probability(options.scheduled_sampling, e);
    };
    if (probability(epoch) != probability(epoch - 1)) changes.insert(epoch);
  }
  std::vector<Curriculum::Entry> entries;
  for (const int64_t from : changes) {
    Phase phase;
    phase.validates = from >= speaks_from;
    const bool rewarded = self_critical.epochs > 0 && from >= rewarded_from;
    if (learners.answers) {
      phase.objectives = {{"answering"}};
    } else if (rewarded) {
      phase.objectives = rewarded_objectives(self_critical.anchor);
    } else if (phase.validates) {
      phase.objectives = parse_objectives(options.objectives, "`objectives`");
    }
    if (detects) phase.objectives.push_back({"word_detection"});
    if (learners.concepts && options.concept_weight != 0) {
      phase.objectives.push_back({"concept_detection"});
    }
    if (!rewarded && !learners.answers)
      phase.sampling = sampling_probability(options.scheduled_sampling, from);
    const bool never_learns = learners.pretrained_encoder && !learners.fine_tuned_encoder;
    if (never_learns || from < unfrozen_at) phase.frozen.emplace_back(kEncoderGroup);
    entries.push_back({.from = from, .phase = std::move(phase)});
  }
  return Curriculum(std::move(entries));
}

}  // namespace storyteller
