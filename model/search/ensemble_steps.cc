#include "model/search/ensemble_steps.h"

#include <utility>

#include "core/error.h"
#include "core/ops/ops.h"

namespace storyteller {
namespace {

class EnsembleSteps final : public StepModel {
 public:
  explicit EnsembleSteps(std::vector<EnsembleMember> members) : members_(std::move(members)) {
    if (members_.empty()) throw InternalError("an ensemble has no members");
    for (const EnsembleMember& member : members_) {
      if (member.steps->vocabulary() != vocabulary()) {
        throw InternalError("members of an ensemble have different vocabularies");
      }
    }
  }

  int64_t vocabulary() const override { return members_[0].steps->vocabulary(); }

  void start(std::span<const Tensor> features) override {
    for (const EnsembleMember& member : members_) {
      if (member.features >= features.size()) throw InternalError("an ensemble lacks features");
      member.steps->start(features.subspan(member.features, 1));
    }
  }

  Tensor step(const std::vector<int32_t>& words) override {
    Tape tape(Tape::Mode::kInfer);
    Var sum;
    for (const EnsembleMember& member : members_) {
      const Var logits(member.steps->step(words));
      sum = sum ? add(tape, sum, logits) : logits;
    }
    return scale(tape, sum, 1 / static_cast<double>(members_.size())).value();
  }

  std::vector<float> attention() const override {
    std::vector<float> mean;
    float count = 0;
    for (const EnsembleMember& member : members_) {
      const std::vector<float> alpha = member.steps->attention();
      if (alpha.empty() || (!mean.empty() && alpha.size() != mean.size())) continue;
      mean.resize(alpha.size());
      for (size_t i = 0; i < alpha.size(); ++i) mean[i] += alpha[i];
      ++count;
    }
    for (float& weight : mean) weight /= count;
    return mean;
  }

  void gather(const std::vector<int32_t>& parents, const std::vector<int32_t>& images) override {
    for (const EnsembleMember& member : members_) member.steps->gather(parents, images);
  }

 private:
  std::vector<EnsembleMember> members_;
};

}  // namespace

std::unique_ptr<StepModel> ensemble_steps(std::vector<EnsembleMember> members) {
  return std::make_unique<EnsembleSteps>(std::move(members));
}

}  // namespace storyteller
