#include "model/search/filters/filters.h"

namespace storyteller {
namespace {

class MinWords final : public LogitFilter {
 public:
  explicit MinWords(int n) : n_(n) {}

  void bar(const HypothesisView& hypothesis, std::vector<int32_t>* words) const override {
    if (std::ssize(hypothesis.words) < n_) words->push_back(Vocabulary::kEnd);
  }

 private:
  int n_;
};

}  // namespace

std::unique_ptr<LogitFilter> min_words(int n) { return std::make_unique<MinWords>(n); }

}  // namespace storyteller
