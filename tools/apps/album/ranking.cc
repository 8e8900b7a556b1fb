#include "tools/apps/album/ranking.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace storyteller::album {

double inverse_frequency(std::int64_t pictures, std::int64_t with_word) {
  const double n = static_cast<double>(std::min(with_word, pictures));
  return std::log(1 + (static_cast<double>(pictures) - n + 0.5) / (n + 0.5));
}

std::vector<Hit> rank(std::span<const WordMatches> words, std::span<const char> excluded,
                      std::span<const float> bonus, const RankOptions& options) {
  words = words.subspan(0, std::min<size_t>(words.size(), 64));
  double best = 0;
  std::int64_t greatest = -1;
  for (const WordMatches& word : words) {
    best += word.idf;
    for (const Match& match : word.pictures) greatest = std::max(greatest, match.first);
  }
  if (!(best > 0)) return {};
  const auto ids = static_cast<size_t>(greatest + 1);
  std::vector<float> sums(ids);
  std::vector<std::uint64_t> matched(ids);
  for (size_t w = 0; w < words.size(); ++w) {
    const auto idf = static_cast<float>(words[w].idf);
    for (const auto& [picture, value] : words[w].pictures) {
      const auto id = static_cast<size_t>(picture);
      sums[id] += idf * value;
      matched[id] |= std::uint64_t{1} << w;
    }
  }
  const auto asked = static_cast<double>(words.size());
  std::vector<Hit> hits;
  for (size_t id = 0; id < ids; ++id) {
    if (matched[id] == 0 || (id < excluded.size() && excluded[id] != 0)) continue;
    const double share = std::popcount(matched[id]) / asked;
    const double score = sums[id] / best * share * share;
    if (share < options.coverage || score < options.cut_off) continue;
    hits.push_back({static_cast<std::int64_t>(id), score, matched[id]});
  }
  const std::uint64_t all =
      words.size() == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << words.size()) - 1;
  const auto value = [&](const Hit& hit) {
    const auto id = static_cast<size_t>(hit.picture);
    return hit.score + (id < bonus.size() ? bonus[id] : 0.0F);
  };
  const auto better = [&](const Hit& a, const Hit& b) {
    const bool whole = a.matched == all;
    if (whole != (b.matched == all)) return whole;
    const double x = value(a), y = value(b);
    return x != y ? x > y : a.picture < b.picture;
  };
  const auto shown = static_cast<std::ptrdiff_t>(std::min(options.limit, hits.size()));
  std::partial_sort(hits.begin(), hits.begin() + shown, hits.end(), better);
  hits.resize(static_cast<size_t>(shown));
  return hits;
}

}  // namespace storyteller::album
