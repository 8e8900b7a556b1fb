#include "kernels/sample_step.h"

#include "core/dispatch.h"
#include "core/ops/ops.h"

namespace storyteller {

SampledWords sample_step(const Tensor& logits, int64_t words, const Tensor& row_key, uint64_t key,
                         double temperature) {
  check_shape("sample_step", logits.shape().rank() == 2 && words >= 1 && words <= logits.shape()[1],
              "the logits must be (B,width) with room for the words", logits.shape());
  const int64_t B = logits.size(0);
  check_shape("sample_step", temperature == 0 || row_key.shape() == Shape({B}),
              "the row keys must be (B)", row_key.shape(), logits.shape());
  const Tensor word = Tensor::empty({B}, DType::kInt32, logits.device());
  const Tensor log_probability = Tensor::empty({B}, wide(logits.dtype()), logits.device());
  on("sample_step", logits, [&]<class T>(auto backend) {
    sample_step(backend, SampleStep<T>{.logits = logits.data<T>(),
                                       .row_key = row_key.data<uint64_t>(),
                                       .word = word.data<int32_t>(),
                                       .log_probability = log_probability.data<Wide<T>>(),
                                       .B = B,
                                       .V = words,
                                       .key = key,
                                       .temperature = static_cast<Wide<T>>(temperature),
                                       .stride = logits.size(1)});
  });
  return {word, log_probability};
}

}  // namespace storyteller
