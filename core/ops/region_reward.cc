#include "core/ops/region_reward.h"

#include "core/dispatch.h"
#include "core/ops/ops.h"

namespace storyteller {

Var region_reward_loss(Tape& tape, const Var& alpha, const DrawnRegions& regions,
                       const RegionRewardOptions& options) {
  const int64_t N = alpha.shape()[0], L = alpha.shape()[1], B = regions.rows.count(0);
  check_shape("region_reward", N == regions.rows.total() && regions.drawn.shape() == alpha.shape(),
              "alpha and drawn must be (N,L)", alpha.shape(), regions.drawn.shape());
  check_shape("region_reward",
              regions.losses.elements() == N && regions.targets.elements() == N &&
                  regions.state.elements() == kRegionRewardState,
              "losses and targets must be (N)", regions.losses.shape(), regions.targets.shape());
  const DType type = alpha.value().dtype();
  const Tensor advantage = Tensor::empty({B}, type, alpha.value().device());
  const Tensor value = Tensor::empty({}, type, alpha.value().device());
  on("region_reward", value, [&]<class T>(auto backend) {
    region_reward_forward(
        backend,
        RegionRewardForward<T>{.loss = regions.losses.data<Wide<T>>(),
                               .target = regions.targets.data<int32_t>(),
                               .alpha = alpha.value().data<Wide<T>>(),
                               .drawn = regions.drawn.data<Wide<T>>(),
                               .offset = regions.rows.offset,
                               .state = regions.state.data<Wide<T>>(),
                               .advantage = advantage.data<Wide<T>>(),
                               .value = value.data<Wide<T>>(),
                               .steps = regions.rows.steps,
                               .B = B,
                               .L = L,
                               .step = options.step,
                               .reward_weight = static_cast<Wide<T>>(options.reward_weight),
                               .entropy_weight = static_cast<Wide<T>>(options.entropy_weight),
                               .normaliser = options.normaliser});
  });
  const Var output = tape.output(value, alpha.tracked());
  if (!output.tracked()) return output;
  tape.record([alpha, regions, options, advantage, output] {
    const Tensor dvalue = gathered_gradient(output);
    if (!dvalue) return;
    const Tensor dalpha = accumulated_gradient(alpha);
    on("region_reward", dvalue, [&]<class T>(auto backend) {
      region_reward_backward(
          backend,
          RegionRewardBackward<T>{.target = regions.targets.data<int32_t>(),
                                  .alpha = alpha.value().data<Wide<T>>(),
                                  .drawn = regions.drawn.data<Wide<T>>(),
                                  .offset = regions.rows.offset,
                                  .advantage = advantage.data<Wide<T>>(),
                                  .dvalue = dvalue.data<Wide<T>>(),
                                  .dalpha = dalpha.data<Wide<T>>(),
                                  .steps = regions.rows.steps,
                                  .B = advantage.elements(),
                                  .L = alpha.shape()[1],
                                  .reward_weight = static_cast<Wide<T>>(options.reward_weight),
                                  .entropy_weight = static_cast<Wide<T>>(options.entropy_weight),
                                  .normaliser = options.normaliser});
    });
  });
  return output;
}

}  // namespace storyteller
