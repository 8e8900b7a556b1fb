#include "kernels/attention.h"

#include "core/dispatch.h"
#include "core/ops/ops.h"

namespace storyteller {
namespace {

void check_loop(const AttentionLoop& loop) {
  const Shape &keys = loop.keys.shape(), &values = loop.values.shape();
  check_shape("attention",
              keys.rank() == 3 && values.rank() == 3 && keys[0] == values[0] &&
                  keys[1] == values[1] && keys[0] == loop.map.images(),
              "keys (I,L,A) and values (I,L,D) must share I and L", keys, values);
  check_shape("attention", loop.score_weight.value().elements() == keys[2],
              "the score weight must have A elements", loop.score_weight.shape(), keys);
  const int64_t N = loop.rows.total();
  check_shape("attention", loop.query.shape() == Shape({N, keys[2]}), "the query must be (N,A)",
              loop.query.shape(), keys);
  check_shape("attention", loop.alpha.shape() == Shape({N, keys[1]}), "alpha must be (N,L)",
              loop.alpha.shape(), keys);
  check_shape("attention", loop.z.shape() == Shape({N, values[2]}), "z must be (N,D)",
              loop.z.shape(), values);
  if (loop.gate_kind != ContextGate::kNone) {
    const int64_t width = loop.gate_kind == ContextGate::kVector ? values[2] : 1;
    check_shape("attention", loop.gate.shape() == Shape({N, width}),
                "the gate must be (N,1) or (N,D)", loop.gate.shape(), values);
  }
  check_shape("attention", !loop.log_sum || loop.log_sum.shape() == Shape({N, 1}),
              "log_sum must be (N,1)", loop.alpha.shape());
}

void keys_backward(const AttentionLoop& loop) {
  const Tensor dkeys = loop.keys.tracked() ? accumulated_gradient(loop.keys) : Tensor();
  const Tensor dvalues = loop.values.tracked() ? accumulated_gradient(loop.values) : Tensor();
  const Tensor dscore =
      loop.score_weight.tracked() ? accumulated_gradient(loop.score_weight) : Tensor();
  if (!dkeys && !dvalues && !dscore) return;
  const Tensor& taken = loop.draw ? loop.drawn : loop.alpha.value();
  on("attention_keys", loop.values.value(), [&]<class T>(auto backend) {
    attention_keys_backward(
        backend, AttentionKeysBackward<T>{.keys = loop.keys.value().data<T>(),
                                          .score_weight = loop.score_weight.value().data<T>(),
                                          .query = loop.query.value().data<T>(),
                                          .alpha = taken.data<Wide<T>>(),
                                          .de = loop.de.data<Wide<T>>(),
                                          .dcontext = loop.dcontext.data<T>(),
                                          .offset = loop.rows.offset,
                                          .image_begin = loop.map.image_begin.data<int32_t>(),
                                          .image_rows = loop.map.image_rows.data<int32_t>(),
                                          .dkeys = dkeys.data<T>(),
                                          .dscore_weight = dscore.data<T>(),
                                          .dvalues = dvalues.data<T>(),
                                          .steps = loop.rows.steps,
                                          .I = loop.map.images(),
                                          .L = loop.keys.shape()[1],
                                          .A = loop.keys.shape()[2],
                                          .D = loop.values.shape()[2],
                                          .score = loop.score});
  });
}

void step_backward(const AttentionLoop& loop, int64_t begin, int64_t count) {
  const Tensor dz_whole = gathered_gradient(loop.z);
  const Tensor dalpha_whole = gathered_gradient(loop.alpha);
  const Tensor dz = dz_whole ? dz_whole.row_range(begin, count) : Tensor();
  if (!dz) throw InternalError("attention: no gradient reached z");
  const Tensor dquery = accumulated_gradient(loop.query).row_range(begin, count);
  const bool gated = loop.gate_kind != ContextGate::kNone;
  const Tensor dgate = gated ? accumulated_gradient(loop.gate).row_range(begin, count) : Tensor();
  const Tensor gate = gated ? loop.gate.value().row_range(begin, count) : Tensor();
  const Tensor dalpha = dalpha_whole ? dalpha_whole.row_range(begin, count) : Tensor();
  const Tensor dsum_whole = loop.log_sum ? gathered_gradient(loop.log_sum) : Tensor();
  const Tensor dlog_sum = dsum_whole ? dsum_whole.row_range(begin, count) : Tensor();
  on("attention", dz, [&]<class T>(auto backend) {
    attention_backward(
        backend,
        AttentionBackward<T>{.keys = loop.keys.value().data<T>(),
                             .values = loop.values.value().data<T>(),
                             .score_weight = loop.score_weight.value().data<T>(),
                             .query = loop.query.value().row_range(begin, count).data<T>(),
                             .gate = gate.data<T>(),
                             .row_to_image = loop.map.row_to_image.data<int32_t>(),
                             .alpha = loop.alpha.value().row_range(begin, count).data<Wide<T>>(),
                             .context = loop.context.row_range(begin, count).data<T>(),
                             .dz = dz.data<T>(),
                             .dalpha = dalpha.data<Wide<T>>(),
                             .dquery = dquery.data<T>(),
                             .dgate = dgate.data<T>(),
                             .de = loop.de.row_range(begin, count).data<Wide<T>>(),
                             .dcontext = loop.dcontext.row_range(begin, count).data<T>(),
                             .B = count,
                             .L = loop.keys.shape()[1],
                             .A = loop.keys.shape()[2],
                             .D = loop.values.shape()[2],
                             .score = loop.score,
                             .gate_kind = loop.gate_kind,
                             .dlog_sum = dlog_sum.data<Wide<T>>(),
                             .drawn = static_cast<bool>(loop.draw)});
  });
}

}  // namespace

RowMap make_row_map(const std::vector<int32_t>& row_to_image, int64_t images, Device device) {
  std::vector<int32_t> begin(static_cast<size_t>(images) + 1, 0), rows(row_to_image.size());
  for (int32_t image : row_to_image) {
    if (image < 0 || image >= images) {
      throw InternalError("make_row_map: image " + std::to_string(image) + " of " +
                          std::to_string(images));
    }
    ++begin[static_cast<size_t>(image) + 1];
  }
  for (size_t i = 0; i < static_cast<size_t>(images); ++i) begin[i + 1] += begin[i];
  std::vector<int32_t> next = begin;
  for (size_t row = 0; row < row_to_image.size(); ++row) {
    rows[static_cast<size_t>(next[static_cast<size_t>(row_to_image[row])]++)] =
        static_cast<int32_t>(row);
  }
  const auto count = static_cast<int64_t>(row_to_image.size());
  return {Tensor::from({count}, row_to_image, device), Tensor::from({images + 1}, begin, device),
          Tensor::from({count}, rows, device)};
}

void attention_begin(Tape& tape, AttentionLoop& loop) {
  check_loop(loop);
  const Tensor& values = loop.values.value();
  const int64_t N = loop.rows.total(), L = values.size(1), D = values.size(2);
  const bool gated = loop.gate_kind != ContextGate::kNone;
  loop.context = gated ? Tensor::empty({N, D}, values.dtype(), values.device()) : loop.z.value();
  loop.drawn = loop.draw ? Tensor::empty({N, L}, wide(values.dtype()), values.device()) : Tensor();
  if (!loop.z.tracked()) return;
  loop.de = Tensor::empty({N, L}, wide(values.dtype()), values.device());
  loop.dcontext = Tensor::empty({N, D}, values.dtype(), values.device());
  tape.record([&loop] { keys_backward(loop); });
}

void attention_step(Tape& tape, AttentionLoop& loop, int64_t t) {
  const int64_t begin = loop.rows.begin(t), count = loop.rows.count(t);
  const bool gated = loop.gate_kind != ContextGate::kNone;
  const auto part = [&](const Tensor& whole) {
    return whole ? whole.row_range(begin, count) : Tensor();
  };
  const Tensor gate = gated ? part(loop.gate.value()) : Tensor();
  const Tensor log_sum = part(loop.log_sum.value()), drawn = part(loop.drawn);
  const RegionDraw draw = loop.draw.value_or(RegionDraw{});
  on("attention", loop.values.value(), [&]<class T>(auto backend) {
    attention_forward(
        backend,
        AttentionForward<T>{.keys = loop.keys.value().data<T>(),
                            .values = loop.values.value().data<T>(),
                            .score_weight = loop.score_weight.value().data<T>(),
                            .query = loop.query.value().row_range(begin, count).data<T>(),
                            .gate = gate.data<T>(),
                            .row_to_image = loop.map.row_to_image.data<int32_t>(),
                            .alpha = loop.alpha.value().row_range(begin, count).data<Wide<T>>(),
                            .context = loop.context.row_range(begin, count).data<T>(),
                            .z = loop.z.value().row_range(begin, count).data<T>(),
                            .B = count,
                            .L = loop.keys.shape()[1],
                            .A = loop.keys.shape()[2],
                            .D = loop.values.shape()[2],
                            .score = loop.score,
                            .gate_kind = loop.gate_kind,
                            .log_sum = log_sum.data<Wide<T>>(),
                            .drawn = drawn.data<Wide<T>>(),
                            .at_random = draw.at_random,
                            .key = draw.key,
                            .row_key = draw.row_key == nullptr ? nullptr : draw.row_key + begin});
  });
  if (!loop.z.tracked()) return;
  tape.record([&loop, begin, count] { step_backward(loop, begin, count); });
}

}  // namespace storyteller
