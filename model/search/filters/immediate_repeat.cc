#include "model/search/hypothesis.h"
#include "model/search/search_options.h"

namespace storyteller {
namespace {

/// No word follows itself.
class ImmediateRepeat final : public LogitFilter {
 public:
  void bar(const HypothesisView& hypothesis, std::vector<int32_t>* words) const override {
    if (!hypothesis.words.empty()) words->push_back(hypothesis.words.back());
  }
};

}  // namespace

std::unique_ptr<LogitFilter> bar_immediate_repeat(const SearchOptions& options,
                                                  const Vocabulary* /*vocabulary*/) {
  if (!options.bar_immediate_repeat) return nullptr;
  return std::make_unique<ImmediateRepeat>();
}

}  // namespace storyteller
