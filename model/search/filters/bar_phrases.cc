#include <algorithm>
#include <utility>

#include "model/search/filters/filters.h"

namespace storyteller {
namespace {

class BarPhrases final : public LogitFilter {
 public:
  explicit BarPhrases(std::vector<std::vector<int32_t>> phrases) : phrases_(std::move(phrases)) {}

  void bar(const HypothesisView& hypothesis, std::vector<int32_t>* words) const override {
    const std::span<const int32_t> said = hypothesis.words;
    for (const std::vector<int32_t>& phrase : phrases_) {
      const size_t before = phrase.size() - 1;
      if (said.size() < before) continue;
      if (std::equal(phrase.begin(), phrase.end() - 1, said.end() - static_cast<int64_t>(before))) {
        words->push_back(phrase.back());
      }
    }
  }

 private:
  std::vector<std::vector<int32_t>> phrases_;
};

}  // namespace

std::unique_ptr<LogitFilter> bar_phrases(std::vector<std::vector<int32_t>> phrases) {
  return std::make_unique<BarPhrases>(std::move(phrases));
}

}  // namespace storyteller
