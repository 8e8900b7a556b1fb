#include "model/search/filters/concept_bonus.h"

#include <algorithm>
#include <utility>

#include "core/ops/constant.h"
#include "core/ops/ops.h"

namespace storyteller {
namespace {

class ConceptBonus final : public LogitFilter {
 public:
  ConceptBonus(double bonus, SeenConcepts seen, std::vector<int> of_word)
      : bonus_(bonus), seen_(std::move(seen)), of_word_(std::move(of_word)) {
    for (size_t id = 0; id < of_word_.size(); ++id) {
      if (of_word_[id] < 0) continue;
      const auto number = static_cast<size_t>(of_word_[id]);
      if (words_.size() <= number) words_.resize(number + 1);
      words_[number].push_back(id);
    }
  }

  void apply(const Tensor& logits, std::span<const HypothesisView> rows) const override {
    const auto width = static_cast<size_t>(logits.size(1));
    std::vector<float> raised(rows.size() * width);
    for (size_t row = 0; row < rows.size(); ++row) {
      for (const SeenConcept& one : seen_[static_cast<size_t>(rows[row].image)]) {
        if (is_said(one.number, rows[row].words)) continue;
        for (const size_t id : words_[static_cast<size_t>(one.number)]) {
          raised[row * width + id] = static_cast<float>(bonus_ * one.p);
        }
      }
    }
    Tape tape(Tape::Mode::kInfer);
    const Tensor more = constant(logits.shape(), raised, logits.dtype(), logits.device());
    logits.copy_from(add(tape, Var(logits), Var(more)).value());
  }

 private:
  bool is_said(int number, std::span<const int32_t> words) const {
    return std::ranges::any_of(
        words, [&](int32_t word) { return of_word_[static_cast<size_t>(word)] == number; });
  }

  double bonus_;
  SeenConcepts seen_;
  std::vector<int> of_word_;
  std::vector<std::vector<size_t>> words_;  // [concept]
};

}  // namespace

std::unique_ptr<LogitFilter> concept_bonus(double bonus, SeenConcepts seen,
                                           std::vector<int> of_word) {
  return std::make_unique<ConceptBonus>(bonus, std::move(seen), std::move(of_word));
}

}  // namespace storyteller
