#include "kernels/filter_logits.h"

#include "core/dispatch.h"
#include "core/ops/ops.h"

namespace storyteller {

Tensor filter_logits(const Tensor& logits, int64_t words, const Truncation& truncation,
                     const WordLists& barred) {
  check_shape("filter_logits",
              logits.shape().rank() == 2 && words >= 1 && words <= logits.shape()[1],
              "the logits must be (B,width) with room for the words", logits.shape());
  const int64_t B = logits.size(0);
  check_shape("filter_logits", std::ssize(barred.begin) == B + 1,
              "the barred words must be B lists", Shape({std::ssize(barred.begin) - 1}),
              logits.shape());
  const SourceOp source("filter_logits");
  const Tensor begin = Tensor::from({B + 1}, barred.begin, logits.device());
  const Tensor list = Tensor::from({std::ssize(barred.words)}, barred.words, logits.device());
  const Tensor kept = Tensor::empty({B}, wide(logits.dtype()), logits.device());
  on("filter_logits", logits, [&]<class T>(auto backend) {
    filter_logits(backend,
                  FilterLogits<T>{.logits = logits.data<T>(),
                                  .barred_begin = begin.data<int32_t>(),
                                  .barred_words = list.data<int32_t>(),
                                  .kept_log_probability = kept.data<Wide<T>>(),
                                  .B = B,
                                  .V = words,
                                  .temperature = static_cast<Wide<T>>(truncation.temperature),
                                  .top_k = truncation.top_k,
                                  .top_p = static_cast<Wide<T>>(truncation.top_p),
                                  .min_p = static_cast<Wide<T>>(truncation.min_p),
                                  .typical_p = static_cast<Wide<T>>(truncation.typical_p),
                                  .stride = logits.size(1)});
  });
  return kept;
}

}  // namespace storyteller
