#include "kernels/visual_sentinel.h"

#include "core/dispatch.h"
#include "core/ops/ops.h"
#include "kernels/gemm.h"

namespace storyteller {
namespace {

void check_loop(const AttentionLoop& attention, const SentinelLoop& loop) {
  const int64_t N = attention.rows.total();
  check_shape("visual_sentinel", loop.key.shape() == attention.query.shape(),
              "the key must be (N,A) as the query is", loop.key.shape(), attention.query.shape());
  check_shape("visual_sentinel", loop.sentinel.shape() == attention.z.shape(),
              "the sentinel must be (N,D) as what the regions give", loop.sentinel.shape(),
              attention.z.shape());
  check_shape("visual_sentinel", loop.z.shape() == attention.z.shape(), "z must be (N,D)",
              loop.z.shape(), attention.z.shape());
  check_shape("visual_sentinel", loop.weights.shape() == attention.alpha.shape(),
              "the weights must be (N,L)", loop.weights.shape(), attention.alpha.shape());
  check_shape("visual_sentinel",
              loop.share.shape() == Shape({N, 1}) && attention.log_sum.shape() == Shape({N, 1}),
              "the share and the attention's log_sum must be (N,1)", loop.share.shape());
}

void score_weight_backward(const AttentionLoop& attention, const SentinelLoop& loop) {
  if (!attention.score_weight.tracked()) return;
  const Tensor dweight = accumulated_gradient(attention.score_weight);
  on("visual_sentinel", dweight, [&]<class T>(auto backend) {
    bias_gradient(backend, BiasGradient<T>{.dy = loop.dscore_weight.data<T>(),
                                           .db = dweight.data<T>(),
                                           .M = loop.dscore_weight.size(0),
                                           .N = loop.dscore_weight.size(1),
                                           .stride = loop.dscore_weight.size(1)});
  });
}

void step_backward(const AttentionLoop& attention, const SentinelLoop& loop, int64_t begin,
                   int64_t count) {
  const auto rows = [&](const Tensor& whole) { return whole.row_range(begin, count); };
  const Tensor dz = gathered_gradient(loop.z), dweights = gathered_gradient(loop.weights);
  if (!dz) throw InternalError("visual_sentinel: no gradient reached z");
  const Tensor dalpha = dweights ? rows(accumulated_gradient(attention.alpha)) : Tensor();
  const Tensor of_weights = dweights ? rows(dweights) : Tensor();
  on("visual_sentinel", dz, [&]<class T>(auto backend) {
    visual_sentinel_backward(
        backend, VisualSentinelBackward<T>{
                     .key = rows(loop.key.value()).data<T>(),
                     .query = rows(attention.query.value()).data<T>(),
                     .score_weight = attention.score_weight.value().data<T>(),
                     .sentinel = rows(loop.sentinel.value()).data<T>(),
                     .context = rows(attention.z.value()).data<T>(),
                     .alpha = rows(attention.alpha.value()).data<Wide<T>>(),
                     .share = rows(loop.share.value()).data<Wide<T>>(),
                     .dz = rows(dz).data<T>(),
                     .dweights = of_weights.data<Wide<T>>(),
                     .dkey = rows(accumulated_gradient(loop.key)).data<T>(),
                     .dquery = rows(accumulated_gradient(attention.query)).data<T>(),
                     .dscore_weight = rows(loop.dscore_weight).data<T>(),
                     .dlog_sum = rows(accumulated_gradient(attention.log_sum)).data<Wide<T>>(),
                     .dsentinel = rows(accumulated_gradient(loop.sentinel)).data<T>(),
                     .dcontext = rows(accumulated_gradient(attention.z)).data<T>(),
                     .dalpha = dalpha.data<Wide<T>>(),
                     .B = count,
                     .L = attention.alpha.shape()[1],
                     .A = attention.query.shape()[1],
                     .D = attention.z.shape()[1],
                     .score = attention.score});
  });
}

}  // namespace

void visual_sentinel_begin(Tape& tape, AttentionLoop& attention, SentinelLoop& loop) {
  check_loop(attention, loop);
  if (!loop.z.tracked()) return;
  const Tensor& query = attention.query.value();
  loop.dscore_weight = Tensor::empty(query.shape(), query.dtype(), query.device());
  tape.record([&attention, &loop] { score_weight_backward(attention, loop); });
}

void visual_sentinel_step(Tape& tape, AttentionLoop& attention, SentinelLoop& loop, int64_t t) {
  const int64_t begin = attention.rows.begin(t), count = attention.rows.count(t);
  const auto rows = [&](const Var& whole) { return whole.value().row_range(begin, count); };
  on("visual_sentinel", loop.z.value(), [&]<class T>(auto backend) {
    visual_sentinel_forward(
        backend, VisualSentinelForward<T>{.key = rows(loop.key).data<T>(),
                                          .query = rows(attention.query).data<T>(),
                                          .score_weight = attention.score_weight.value().data<T>(),
                                          .log_sum = rows(attention.log_sum).data<Wide<T>>(),
                                          .sentinel = rows(loop.sentinel).data<T>(),
                                          .context = rows(attention.z).data<T>(),
                                          .alpha = rows(attention.alpha).data<Wide<T>>(),
                                          .share = rows(loop.share).data<Wide<T>>(),
                                          .weights = rows(loop.weights).data<Wide<T>>(),
                                          .z = rows(loop.z).data<T>(),
                                          .B = count,
                                          .L = attention.alpha.shape()[1],
                                          .A = attention.query.shape()[1],
                                          .D = attention.z.shape()[1],
                                          .score = attention.score});
  });
  if (!loop.z.tracked()) return;
  tape.record([&attention, &loop, begin, count] { step_backward(attention, loop, begin, count); });
}

}  // namespace storyteller
