#include "kernels/top_words.h"

#include "core/dispatch.h"
#include "core/ops/ops.h"

namespace storyteller {

BestWords top_words(const Tensor& logits, int64_t words, int64_t k, const WordLists& barred) {
  check_shape("top_words", logits.shape().rank() == 2 && words >= 1 && words <= logits.shape()[1],
              "the logits must be (B,width) with room for the words", logits.shape());
  const int64_t B = logits.size(0);
  check_shape("top_words", k >= 1 && k <= words, "k must be from 1 to the number of words",
              Shape({k}), logits.shape());
  check_shape("top_words", std::ssize(barred.begin) == B + 1, "the barred words must be B lists",
              Shape({std::ssize(barred.begin) - 1}), logits.shape());
  const SourceOp source("top_words");
  const Device device = logits.device();
  const Tensor begin = Tensor::from({B + 1}, barred.begin, device);
  const Tensor list = Tensor::from({std::ssize(barred.words)}, barred.words, device);
  const Tensor word = Tensor::empty({B, k}, DType::kInt32, device);
  const Tensor log_probability = Tensor::empty({B, k}, wide(logits.dtype()), device);
  on("top_words", logits, [&]<class T>(auto backend) {
    top_words(backend, TopWords<T>{.logits = logits.data<T>(),
                                   .barred_begin = begin.data<int32_t>(),
                                   .barred_words = list.data<int32_t>(),
                                   .word = word.data<int32_t>(),
                                   .log_probability = log_probability.data<Wide<T>>(),
                                   .B = B,
                                   .V = words,
                                   .k = k,
                                   .stride = logits.size(1)});
  });
  return {word, log_probability};
}

}  // namespace storyteller
