#include "model/search/hypothesis.h"
#include "model/search/search_options.h"
#include "model/vocabulary.h"

namespace storyteller {
namespace {

/// No sentence ends before its n-th word.
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

std::unique_ptr<LogitFilter> min_words(const SearchOptions& options,
                                       const Vocabulary* /*vocabulary*/) {
  if (options.min_words <= 1) return nullptr;
  return std::make_unique<MinWords>(options.min_words);
}

}  // namespace storyteller
