#include "train/metrics/meteor/meteor.h"

#include <cmath>
#include <numeric>
#include <tuple>

namespace storyteller {
namespace {

uint64_t sum(const std::array<uint64_t, meteor_parts::kStages>& counts) {
  return std::accumulate(counts.begin(), counts.end(), uint64_t{0});
}

void add(MeteorStatistics::Side& to, const MeteorStatistics::Side& from) {
  to.content += from.content;
  to.function += from.function;
  for (size_t stage = 0; stage < meteor_parts::kStages; ++stage) {
    to.matched_content[stage] += from.matched_content[stage];
    to.matched_function[stage] += from.matched_function[stage];
  }
}

double weigh(uint64_t content, uint64_t function) {
  constexpr double kDelta = kMeteorParameters.delta;
  return kDelta * static_cast<double>(content) + (1 - kDelta) * static_cast<double>(function);
}

/// P of the hypothesis, R of the reference.
double matched_share(const MeteorStatistics::Side& side) {
  if (side.length() == 0) return 0;
  double matched = 0;
  for (size_t stage = 0; stage < meteor_parts::kStages; ++stage) {
    matched += kMeteorParameters.weights[stage] *
               weigh(side.matched_content[stage], side.matched_function[stage]);
  }
  return matched / weigh(side.content, side.function);
}

}  // namespace

uint64_t MeteorStatistics::Side::matched() const {
  return sum(matched_content) + sum(matched_function);
}

bool MeteorStatistics::Side::operator<(const Side& other) const {
  const auto tie = [](const Side& s) {
    return std::tie(s.content, s.function, s.matched_content, s.matched_function);
  };
  return tie(*this) < tie(other);
}

bool MeteorStatistics::operator<(const MeteorStatistics& other) const {
  return std::tie(hypothesis, reference, chunks) <
         std::tie(other.hypothesis, other.reference, other.chunks);
}

MeteorStatistics& MeteorStatistics::operator+=(const MeteorStatistics& other) {
  add(hypothesis, other.hypothesis);
  add(reference, other.reference);
  chunks += other.chunks;
  return *this;
}

double meteor(const MeteorStatistics& statistics) {
  constexpr MeteorParameters kP = kMeteorParameters;
  const double precision = matched_share(statistics.hypothesis);
  const double recall = matched_share(statistics.reference);
  if (precision == 0 || recall == 0) return 0;
  const double mean = precision * recall / (kP.alpha * precision + (1 - kP.alpha) * recall);
  const double matches =
      static_cast<double>(statistics.hypothesis.matched() + statistics.reference.matched()) / 2;
  const double fragmentation = static_cast<double>(statistics.chunks) / matches;
  return mean * (1 - kP.gamma * std::pow(fragmentation, kP.beta));
}

}  // namespace storyteller
