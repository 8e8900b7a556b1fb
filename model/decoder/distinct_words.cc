#include "model/decoder/distinct_words.h"

#include <algorithm>

namespace storyteller {

DistinctWords distinct_words(const Tensor& words, int64_t vocabulary) {
  const int64_t N = words.elements();
  const auto integers = [](int64_t n) { return Tensor::empty({n}, DType::kInt32, Device::cpu()); };
  const Tensor place = integers(vocabulary), first = integers(N), row = integers(N);
  const auto* word = words.data<int32_t>();
  auto* place_of = place.data<int32_t>();
  std::fill_n(place_of, vocabulary, -1);
  int32_t count = 0;
  for (int64_t n = 0; n < N; ++n) {
    int32_t& of_word = place_of[word[n]];
    if (of_word < 0) {
      first.data<int32_t>()[count] = word[n];
      of_word = count++;
    }
    row.data<int32_t>()[n] = of_word;
  }
  return {.words = first.row_range(0, count), .row = row};
}

}  // namespace storyteller
