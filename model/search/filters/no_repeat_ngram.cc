#include <algorithm>
#include <iterator>

#include "model/search/filters/filters.h"

namespace storyteller {
namespace {

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

std::unique_ptr<LogitFilter> no_repeat_ngram(int n) { return std::make_unique<NoRepeatNgram>(n); }

}  // namespace storyteller
