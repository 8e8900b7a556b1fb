#pragma once

#include <cstdint>
#include <limits>

namespace storyteller {

/// Sets the logits of the words that are barred in row b to -infinity. The struct has logits, V,
/// and the CSR barred_begin (null: nothing is barred) over barred_words.
template <template <class> class P, class T>
void bar_words(const P<T>& p, int64_t b) {
  if (p.barred_begin == nullptr) return;
  for (int32_t i = p.barred_begin[b]; i < p.barred_begin[b + 1]; ++i) {
    p.logits[b * p.V + p.barred_words[i]] = -std::numeric_limits<T>::infinity();
  }
}

}  // namespace storyteller
