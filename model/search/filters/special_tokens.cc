#include "model/search/filters/filters.h"
#include "model/vocabulary.h"

namespace storyteller {
namespace {

class SpecialTokens final : public LogitFilter {
 public:
  void bar(const HypothesisView& hypothesis, std::vector<int32_t>* words) const override {
    words->insert(words->end(), {Vocabulary::kPad, Vocabulary::kStart, Vocabulary::kUnk});
    if (hypothesis.words.empty()) words->push_back(Vocabulary::kEnd);
  }
};

}  // namespace

std::unique_ptr<LogitFilter> special_tokens() { return std::make_unique<SpecialTokens>(); }

}  // namespace storyteller
