#include "train/optimization/optimizer.h"

#include <algorithm>
#include <cmath>

#include "core/dispatch.h"
#include "kernels/optimizer.h"

namespace storyteller {
namespace {

bool adaptive(OptimizerKind kind) {
  return kind == OptimizerKind::kAdam || kind == OptimizerKind::kAdamW;
}

}  // namespace

Optimizer::Optimizer(const OptimizerOptions& options, Parameters& parameters)
    : options_(options), parameters_(parameters) {
  const Tensor& gradients = parameters.gradients();
  const DType type = wide(gradients.dtype());
  first_ = Tensor::zeros(gradients.shape(), type, gradients.device());
  if (adaptive(options.kind)) {
    second_ = Tensor::zeros(gradients.shape(), type, gradients.device());
  }
  partial_ = Tensor::empty({sum_of_squares_blocks(gradients.elements()) + 1}, DType::kFloat64,
                           gradients.device());
}

const double* Optimizer::squared_norm() const {
  return partial_.data<double>() + partial_.elements() - 1;
}

void Optimizer::set_frozen(std::span<const std::string> groups) {
  frozen_.clear();
  for (const ParameterGroup& group : parameters_.groups()) {
    if (group.trainable && std::ranges::find(groups, group.name) != groups.end()) {
      frozen_.push_back(group.name);
    }
  }
}

int64_t Optimizer::steps_of(const ParameterGroup& group) const {
  const auto frozen = frozen_steps_.find(group.name);
  return frozen == frozen_steps_.end() ? steps_ : steps_ - frozen->second;
}

/// The norm, not finite where the step shall not count.
void Optimizer::measure_gradient(const Tensor& loss) {
  parameters_.complete_gradients();
  const Tensor& gradients = parameters_.gradients();
  auto* partial = partial_.data<double>();
  on("sum_of_squares", gradients, [&]<class T>(auto backend) {
    sum_of_squares(backend, SumOfSquares<T>{.x = gradients.data<T>(),
                                            .partial = partial,
                                            .sum = partial + partial_.elements() - 1,
                                            .n = gradients.elements(),
                                            .guard = loss.data<Wide<T>>(),
                                            .watched = parameters_.values().data<Wide<T>>()});
  });
}

void Optimizer::step(double rate, const Tensor& loss) {
  measure_gradient(loss);
  ++steps_;
  for (const std::string& group : frozen_) ++frozen_steps_[group];
  unfinished_ = true;
  // A gradient that was summed in float (Parameters::add_gradient_part) is stepped along in float,
  // and the shadow follows.
  const bool writes_shadow =
      parameters_.shadow() && parameters_.shadow().dtype() == parameters_.gradients().dtype();
  for (const ParameterGroup& group : parameters_.groups()) {
    if (!group.trainable || std::ranges::find(frozen_, group.name) != frozen_.end()) continue;
    const int64_t n = group.end - group.begin;
    const auto part = [&](const Tensor& whole) { return whole.row_range(group.begin, n); };
    const Tensor x = part(parameters_.values()), dx = part(parameters_.gradients()),
                 shadow = writes_shadow ? part(parameters_.shadow()) : Tensor();
    const double group_rate = rate * group.learning_rate_scale;
    const double decay = options_.weight_decay + group.weight_decay;
    on("optimizer", dx, [&]<class T>(auto backend) {
      using W = Wide<T>;
      const GradientScaling<T> gradient{.sum_of_squares = squared_norm(),
                                        .max_norm = options_.clip_norm,
                                        .clip_value = static_cast<W>(options_.clip_value)};
      if (adaptive(options_.kind)) {
        adam_step(backend, AdamStep<T>{.x = x.data<W>(),
                                       .shadow = shadow.data<T>(),
                                       .dx = dx.data<T>(),
                                       .m = part(first_).template data<W>(),
                                       .v = part(second_).template data<W>(),
                                       .n = n,
                                       .step = steps_of(group),
                                       .rate = group_rate,
                                       .beta1 = options_.beta1,
                                       .beta2 = options_.beta2,
                                       .epsilon = options_.epsilon,
                                       .weight_decay = decay,
                                       .decoupled = options_.kind == OptimizerKind::kAdamW,
                                       .gradient = gradient});
      } else {
        sgd_step(backend, SgdStep<T>{.x = x.data<W>(),
                                     .shadow = shadow.data<T>(),
                                     .dx = dx.data<T>(),
                                     .momentum = part(first_).template data<W>(),
                                     .n = n,
                                     .rate = static_cast<W>(group_rate),
                                     .momentum_factor = static_cast<W>(options_.momentum),
                                     .weight_decay = static_cast<W>(decay),
                                     .nesterov = options_.kind == OptimizerKind::kNesterov,
                                     .gradient = gradient});
      }
    });
  }
  parameters_.bump_version(writes_shadow ? Parameters::Shadow::kWritten
                                         : Parameters::Shadow::kStale);
}

double Optimizer::finish_step() {
  const SourceOp source("optimizer");
  const double norm = std::sqrt(to_host_scalar(partial_.row_range(partial_.elements() - 1, 1)));
  if (unfinished_ && !std::isfinite(norm)) {
    --steps_;
    for (const std::string& group : frozen_) --frozen_steps_[group];
  }
  unfinished_ = false;
  return norm;
}

std::vector<std::pair<std::string, Tensor>> Optimizer::state() const {
  if (!adaptive(options_.kind)) return {{"momentum", first_}};
  return {{"first_moment", first_}, {"second_moment", second_}};
}

}  // namespace storyteller
