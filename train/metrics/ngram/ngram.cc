#include "train/metrics/ngram/ngram.h"

#include <algorithm>

namespace storyteller {
namespace {

/// Finaliser of SplitMix64 (Steele, Lea and Flood 2014): every input bit reaches every output bit.
uint64_t mix(uint64_t x) {
  x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31U);
}

uint64_t hash_of(const Ngram& ngram) {
  return mix(ngram.low ^ mix(ngram.high + 0x9E3779B97F4A7C15U));
}

}  // namespace

void count_ngrams(std::span<const TokenId> tokens, std::vector<NgramCount>& out) {
  out.clear();
  for (size_t i = 0; i < tokens.size(); ++i) {
    const auto key = [&](size_t k) { return static_cast<uint64_t>(tokens[i + k]) + 1; };
    const size_t left = tokens.size() - i;
    Ngram ngram{key(0), 0};
    out.push_back({ngram, 1});
    if (left > 1) out.push_back({ngram = {ngram.low | key(1) << 32U, 0}, 1});
    if (left > 2) out.push_back({ngram = {ngram.low, key(2)}, 1});
    if (left > 3) out.push_back({{ngram.low, ngram.high | key(3) << 32U}, 1});
  }
  std::sort(out.begin(), out.end(),
            [](const NgramCount& a, const NgramCount& b) { return a.ngram < b.ngram; });
  size_t kept = 0;
  for (size_t i = 0; i < out.size(); ++i) {
    if (kept > 0 && out[kept - 1].ngram == out[i].ngram) {
      ++out[kept - 1].count;
    } else {
      out[kept++] = out[i];
    }
  }
  out.resize(kept);
}

uint32_t NgramIndex::find(const Ngram& ngram) const {
  return table_.find(hash_of(ngram), equals(ngram));
}

uint32_t NgramIndex::insert(const Ngram& ngram) {
  const uint32_t number = table_.insert(hash_of(ngram), size(), equals(ngram));
  if (number == size()) ngrams_.push_back(ngram);
  return number;
}

}  // namespace storyteller
