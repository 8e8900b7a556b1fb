#include "core/did_you_mean.h"

#include <algorithm>

#include "core/text/ascii.h"

namespace storyteller {
namespace {

constexpr std::size_t kLongestWord = 200;  // nobody mistypes more; the distance is quadratic

std::string folded(std::string_view text) {
  std::string result = lower_case(text);
  std::replace(result.begin(), result.end(), '-', '_');
  return result;
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // Rows i - 2, i - 1 and i of the table of distances between prefixes.
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> previous(b.size() + 1);
  std::vector<std::size_t> current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) current[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before.swap(previous);
    previous.swap(current);
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, substituted});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        current[j] = std::min(current[j], before[j - 2] + 1);
      }
    }
  }
  return current[b.size()];
}

std::string closest_match(std::string_view word, const std::vector<std::string>& candidates) {
  if (word.empty() || word.size() > kLongestWord) return "";
  const std::string wanted = folded(word);
  const std::size_t allowed = std::max<std::size_t>(1, wanted.size() / 3);
  std::size_t best_distance = allowed + 1;
  std::string best;
  std::string abbreviated;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > kLongestWord) continue;
    const std::string other = folded(candidate);
    if (wanted.size() >= 2 && other.starts_with(wanted) && abbreviated.empty()) {
      abbreviated = candidate;
    }
    const std::size_t distance = edit_distance(wanted, other);
    if (distance < best_distance && distance < wanted.size()) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best.empty() ? abbreviated : best;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string match = closest_match(word, candidates);
  return match.empty() ? "" : "; did you mean '" + match + "'?";
}

}  // namespace storyteller
