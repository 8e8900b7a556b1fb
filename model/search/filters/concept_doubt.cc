#include "model/search/filters/concept_doubt.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "core/ops/constant.h"
#include "core/ops/ops.h"

namespace storyteller {
namespace {

constexpr float kLeast = 1e-6F;  // of a probability: bounds what a word can lose

class ConceptDoubt final : public LogitFilter {
 public:
  ConceptDoubt(std::vector<float> added, size_t words) : added_(std::move(added)), words_(words) {}

  void apply(const Tensor& logits, std::span<const HypothesisView> rows) const override {
    const auto width = static_cast<size_t>(logits.size(1));
    std::vector<float> more(rows.size() * width);
    for (size_t row = 0; row < rows.size(); ++row) {
      const auto of_image = added_.begin() + static_cast<std::ptrdiff_t>(
                                                 static_cast<size_t>(rows[row].image) * words_);
      std::copy_n(of_image, words_, more.begin() + static_cast<std::ptrdiff_t>(row * width));
    }
    Tape tape(Tape::Mode::kInfer);
    const Tensor lowered = constant(logits.shape(), more, logits.dtype(), logits.device());
    logits.copy_from(add(tape, Var(logits), Var(lowered)).value());
  }

 private:
  std::vector<float> added_;  // (images, words), none above 0
  size_t words_;
};

}  // namespace

std::unique_ptr<LogitFilter> concept_doubt(double doubt, double level,
                                           std::span<const float> probabilities, int64_t K,
                                           std::span<const int> of_word) {
  const auto concepts = static_cast<size_t>(K);
  std::vector<float> added;
  added.reserve(probabilities.size() / concepts * of_word.size());
  for (size_t first = 0; first < probabilities.size(); first += concepts) {
    for (const int number : of_word) {
      if (number < 0) {
        added.push_back(0);
        continue;
      }
      const double p = std::max(kLeast, probabilities[first + static_cast<size_t>(number)]);
      added.push_back(static_cast<float>(-doubt * std::max(0.0, std::log(level / p))));
    }
  }
  return std::make_unique<ConceptDoubt>(std::move(added), of_word.size());
}

}  // namespace storyteller
