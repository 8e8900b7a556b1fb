#include "kernels/filter_logits.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include "kernels/cpu/barred_words.h"
#include "kernels/cpu/parallel.h"
#include "kernels/cpu/simd.h"

namespace storyteller {
namespace {

constexpr double kUnit = 0x1p40;  // of weights
constexpr int64_t kRun = 256;     // words whose weights are computed at once

/// e^s in whole units, none from -28 on; s <= 0. NaN has none either.
template <class T>
[[gnu::always_inline]] inline void weights_of(const T* x, int64_t n, T largest, T inverse,
                                              uint64_t* weight) {
  for (int64_t i = 0; i < n; ++i) {
    const T s = (x[i] - largest) * inverse;
    weight[i] = static_cast<uint64_t>(
        static_cast<int64_t>(s > T{-28} ? simd::exp(s) * static_cast<T>(kUnit) : T{0}));
  }
}
STORYTELLER_SIMD void weights(const float* x, int64_t n, float largest, float inverse,
                              uint64_t* weight) {
  weights_of(x, n, largest, inverse, weight);
}
void weights(const double* x, int64_t n, double largest, double inverse, uint64_t* weight) {
  weights_of(x, n, largest, inverse, weight);
}

/// Orders words: greater is earlier. 0: no word.
template <class T>
uint32_t rank_of_logit(T logit) {
  const float x = static_cast<float>(logit) + 0.0F;  // -0 is 0
  if (!(x > -std::numeric_limits<float>::infinity())) return 0;
  const auto bits = std::bit_cast<uint32_t>(x);
  return bits >> 31 != 0 ? ~bits : bits | 0x80000000U;
}
/// The same where less is earlier; distance >= 0.
template <class T>
uint32_t rank_of_distance(T distance) {
  return ~std::bit_cast<uint32_t>(std::abs(static_cast<float>(distance)));
}

/// The words up to one of them, in an order by rank and then by id.
struct Prefix {
  uint32_t rank = 0;
  int64_t id = std::numeric_limits<int64_t>::max();

  bool holds(uint32_t other, int64_t v) const { return other > rank || (other == rank && v <= id); }
};

template <class T>
struct Row {
  const T* x;
  int64_t V;
  int64_t first;                  // the most probable word
  T inverse;                      // 1 / temperature
  Prefix greatest = {.rank = 1};  // what top-k, top-p and min-p leave

  bool holds(int64_t v) const { return greatest.holds(rank_of_logit(x[v]), v); }
};

/// f(v, weight) for the words of the row that are left.
template <class T, class F>
void for_words(const Row<T>& row, T inverse, F&& f) {
  std::array<uint64_t, kRun> weight;
  for (int64_t begin = 0; begin < row.V; begin += kRun) {
    const int64_t n = std::min(kRun, row.V - begin);
    weights(row.x + begin, n, row.x[row.first], inverse, weight.data());
    for (int64_t i = 0; i < n; ++i) {
      if (row.holds(begin + i)) f(begin + i, weight[static_cast<size_t>(i)]);
    }
  }
}

/// The shortest prefix, in the order of rank(v), in which amount(v, weight) sums to `bound`: a
/// digit of the last rank at a time, from the sums of all digits.
template <class T, class Rank, class Amount>
Prefix shortest_prefix(const Row<T>& row, uint64_t bound, Rank&& rank, Amount&& amount) {
  Prefix prefix;
  uint64_t before = 0;  // of the words of greater rank
  for (int shift = 24; shift >= 0; shift -= 8) {
    std::array<uint64_t, 256> sum = {};
    const uint32_t known = shift == 24 ? 0 : ~uint32_t{0} << (shift + 8);
    for_words(row, row.inverse, [&](int64_t v, uint64_t weight) {
      const uint32_t r = rank(v);
      if (((r ^ prefix.rank) & known) == 0) sum[r >> shift & 255] += amount(v, weight);
    });
    uint32_t digit = 255;
    for (; digit > 0 && before + sum[digit] < bound; --digit) before += sum[digit];
    prefix.rank |= digit << shift;
  }
  prefix.rank = std::max(prefix.rank, uint32_t{1});  // fewer words than asked for: all that are
  for_words(row, row.inverse, [&](int64_t v, uint64_t weight) {
    if (rank(v) != prefix.rank || before >= bound) return;
    before += amount(v, weight);
    prefix.id = v;
  });
  return prefix;
}

/// The least integer above 0 that is a share of the whole.
template <class T>
uint64_t share_of(uint64_t whole, T share) {
  const double part = static_cast<double>(whole) * static_cast<double>(share);
  return static_cast<uint64_t>(std::max(std::ceil(part), 1.0));
}

template <class T>
uint64_t sum_of_weights(const Row<T>& row, T inverse) {
  uint64_t sum = 0;
  for_words(row, inverse, [&](int64_t, uint64_t weight) { sum += weight; });
  return sum;
}

template <class T>
void keep_greatest(const FilterLogits<T>& p, Row<T>& row) {
  const auto rank = [&](int64_t v) { return rank_of_logit(row.x[v]); };
  if (p.top_k > 0 && p.top_k < p.V) {
    row.greatest = shortest_prefix(row, static_cast<uint64_t>(p.top_k), rank,
                                   [](int64_t, uint64_t) { return uint64_t{1}; });
  }
  if (p.top_p < 1) {
    row.greatest = shortest_prefix(row, share_of(sum_of_weights(row, row.inverse), p.top_p), rank,
                                   [](int64_t, uint64_t weight) { return weight; });
  }
  if (p.min_p > 0) {
    const T least = row.x[row.first] + std::log(p.min_p) / row.inverse;
    const Prefix probable{.rank = std::max(rank_of_logit(least), uint32_t{1})};
    if (probable.rank > row.greatest.rank) row.greatest = probable;
  }
}

/// The words whose information is nearest to its mean: with s = ln(p / max p), |-ln p - H| is
/// |mean s - s|.
template <class T>
Prefix most_typical(const Row<T>& row, T typical_p, double* mean) {
  const T largest = row.x[row.first];
  uint64_t whole = 0;
  int64_t sum = 0;
  for_words(row, row.inverse, [&](int64_t v, uint64_t weight) {
    whole += weight;
    sum += std::llround(static_cast<double>((row.x[v] - largest) * row.inverse) *
                        static_cast<double>(weight));
  });
  *mean = static_cast<double>(sum) / static_cast<double>(whole);
  return shortest_prefix(
      row, share_of(whole, typical_p),
      [&](int64_t v) {
        return rank_of_distance(static_cast<T>(*mean) - (row.x[v] - largest) * row.inverse);
      },
      [](int64_t, uint64_t weight) { return weight; });
}

template <class T>
void filter_row(const FilterLogits<T>& p, T* x, Wide<T>* kept_log_probability) {
  const T nothing = -std::numeric_limits<T>::infinity();
  Row<T> row{.x = x, .V = p.V, .first = 0, .inverse = 1 / p.temperature};
  for (int64_t v = 1; v < p.V; ++v) {
    if (rank_of_logit(x[v]) > rank_of_logit(x[row.first])) row.first = v;
  }
  const uint64_t whole = kept_log_probability != nullptr ? sum_of_weights(row, T{1}) : 0;
  keep_greatest(p, row);
  const T largest = x[row.first];
  Prefix typical;
  double mean = 0;
  if (p.typical_p < 1) typical = most_typical(row, p.typical_p, &mean);
  const auto stays = [&](int64_t v) {
    if (!row.holds(v)) return false;
    const T s = (x[v] - largest) * row.inverse;
    return p.typical_p >= 1 || v == row.first ||
           typical.holds(rank_of_distance(static_cast<T>(mean) - s), v);
  };
  uint64_t kept = 0;
  for_words(row, T{1}, [&](int64_t v, uint64_t weight) {
    if (stays(v)) kept += weight;
  });
  if (kept_log_probability != nullptr) {
    *kept_log_probability =
        static_cast<Wide<T>>(std::log(static_cast<double>(kept) / static_cast<double>(whole)));
  }
  for (int64_t v = 0; v < p.V; ++v) {
    if (v != row.first && !stays(v)) x[v] = nothing;
  }
  if (rank_of_logit(largest) == 0) x[row.first] = nothing;
}

}  // namespace

template <class T>
void filter_logits(Cpu, const FilterLogits<T>& p) {
  parallel_shares(p.B, 32 * p.B * p.V, 1, [&](int64_t begin, int64_t end) {
    for (int64_t b = begin; b < end; ++b) {
      bar_words(p, b);
      filter_row(p, p.logits + b * p.V,
                 p.kept_log_probability == nullptr ? nullptr : p.kept_log_probability + b);
    }
  });
}

template void filter_logits<float>(Cpu, const FilterLogits<float>&);
template void filter_logits<double>(Cpu, const FilterLogits<double>&);

}  // namespace storyteller
