#include "tools/apps/explain/search_record.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/tensor.h"
#include "model/search/said_words.h"

namespace storyteller::explain {
namespace {

Saying saying_of(const HypothesisView& row, const std::vector<float>& next) {
  Saying saying;
  saying.said.assign(row.words.begin(), row.words.end());
  saying.log_probability = row.log_probability;
  std::vector<std::int32_t> order(next.size());
  std::iota(order.begin(), order.end(), 0);
  const std::size_t shown = std::min(kLikeliest, order.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(shown), order.end(),
                    [&](std::int32_t a, std::int32_t b) {
                      const float of_a = next[static_cast<std::size_t>(a)];
                      const float of_b = next[static_cast<std::size_t>(b)];
                      return of_a != of_b ? of_a > of_b : a < b;
                    });
  for (std::size_t i = 0; i < shown; ++i) {
    const float value = next[static_cast<std::size_t>(order[i])];
    if (!std::isfinite(value)) break;
    saying.likeliest.push_back({order[i], std::exp(double{value})});
  }
  for (const float value : next) {
    if (std::isfinite(value)) saying.entropy -= std::exp(double{value}) * value / std::log(2.0);
  }
  return saying;
}

}  // namespace

void SearchRecord::at_step(const Step& step) {
  SearchStep& recorded = steps_.emplace_back();
  const std::vector<float> logits = to_host_float(step.logits);
  const std::size_t width = logits.size() / step.rows.size();
  for (std::size_t row = 0; row < step.rows.size(); ++row) {
    const auto begin = static_cast<std::size_t>(step.barred.begin[row]);
    const auto end = static_cast<std::size_t>(step.barred.begin[row + 1]);
    const std::vector<float> next = log_probabilities_of(
        std::span(logits).subspan(row * width, static_cast<std::size_t>(step.vocabulary)),
        std::span(step.barred.words).subspan(begin, end - begin));
    Saying& saying = recorded.sayings.emplace_back(saying_of(step.rows[row], next));
    if (!step.gates.empty()) saying.gate = step.gates[row];
  }
}

void SearchRecord::at_choice(const Choice& choice) {
  SearchStep& step = steps_.back();
  const auto first = static_cast<std::size_t>(choice.first_row);
  std::vector<Branch> dropped, kept(choice.taken.size());
  for (std::size_t row = 0; row < choice.offers.size(); ++row) {
    const Continuations& offers = choice.offers[row];
    for (std::int64_t i = 0; i < offers.k; ++i) {
      if (!(offers.log_probabilities[i] > -std::numeric_limits<float>::infinity())) break;
      Branch branch{.row = first + row,
                    .word = offers.words[i],
                    .log_probability = step.sayings[first + row].log_probability +
                                       double{offers.log_probabilities[i]}};
      const auto taken =
          std::find_if(choice.taken.begin(), choice.taken.end(), [&](const TakenWord& one) {
            return static_cast<std::size_t>(one.row) == row && one.word == branch.word;
          });
      branch.kept = taken != choice.taken.end();
      if (branch.kept) {
        kept[static_cast<std::size_t>(taken - choice.taken.begin())] = branch;
      } else {
        dropped.push_back(branch);
      }
    }
  }
  std::stable_sort(dropped.begin(), dropped.end(), [](const Branch& a, const Branch& b) {
    return a.log_probability > b.log_probability;
  });
  step.branches.insert(step.branches.end(), kept.begin(), kept.end());
  step.branches.insert(step.branches.end(), dropped.begin(), dropped.end());
}

const Saying* SearchRecord::find(std::span<const std::int32_t> said) const {
  if (said.size() >= steps_.size()) return nullptr;
  for (const Saying& saying : steps_[said.size()].sayings) {
    if (std::equal(said.begin(), said.end(), saying.said.begin(), saying.said.end())) {
      return &saying;
    }
  }
  return nullptr;
}

}  // namespace storyteller::explain
