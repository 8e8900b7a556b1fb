#include <algorithm>
#include <iterator>

#include "model/search/hypothesis.h"
#include "model/search/search_options.h"

namespace storyteller {
namespace {

/// Bars words that would end an n-gram which the sentence holds already; n >= 1.
class NoRepeatNgram final : public LogitFilter {
 public:
  explicit NoRepeatNgram(int n) : n_(n) {}

  void bar(const HypothesisView& hypothesis, std::vector<int32_t>* words) const override {
    const std::span<const int32_t> said = hypothesis.words;
    const auto last = said.end() - std::min<std::ptrdiff_t>(n_ - 1, std::ssize(said));
    for (auto at = said.begin(); std::distance(at, said.end()) >= n_; ++at) {
      if (std::equal(last, said.end(), at, at + (n_ - 1))) words->push_back(at[n_ - 1]);
    }
  }

 private:
  int n_;
};

}  // namespace

std::unique_ptr<LogitFilter> no_repeat_ngram(const SearchOptions& options,
                                             const Vocabulary* /*vocabulary*/) {
  if (options.no_repeat_ngram < 1) return nullptr;
  return std::make_unique<NoRepeatNgram>(options.no_repeat_ngram);
}

}  // namespace storyteller
