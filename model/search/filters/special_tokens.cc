#include <utility>

#include "model/search/filters/filters.h"
#include "model/style_tokens.h"
#include "model/vocabulary.h"

namespace storyteller {
namespace {

class SpecialTokens final : public LogitFilter {
 public:
  explicit SpecialTokens(std::vector<int32_t> styles) : never_(std::move(styles)) {
    never_.insert(never_.begin(), {Vocabulary::kPad, Vocabulary::kStart, Vocabulary::kUnk});
  }
  void bar(const HypothesisView& hypothesis, std::vector<int32_t>* words) const override {
    words->insert(words->end(), never_.begin(), never_.end());
    if (hypothesis.words.empty()) words->push_back(Vocabulary::kEnd);
  }

 private:
  std::vector<int32_t> never_;
};

}  // namespace

std::unique_ptr<LogitFilter> special_tokens(const Vocabulary* vocabulary) {
  return std::make_unique<SpecialTokens>(vocabulary == nullptr ? std::vector<int32_t>()
                                                               : style_ids(*vocabulary));
}

}  // namespace storyteller
