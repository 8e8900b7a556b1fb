#include "core/text/english_words.h"
#include "model/search/hypothesis.h"
#include "model/search/search_options.h"
#include "model/vocabulary.h"

namespace storyteller {
namespace {

/// No sentence ends behind a word that begins something: is_bad_ending.
class BadEndings final : public LogitFilter {
 public:
  explicit BadEndings(const Vocabulary& vocabulary) {
    for (const std::string& word : vocabulary.words()) is_bad_.push_back(is_bad_ending(word));
  }

  void bar(const HypothesisView& hypothesis, std::vector<int32_t>* words) const override {
    if (!hypothesis.words.empty() && is_bad_[static_cast<size_t>(hypothesis.words.back())]) {
      words->push_back(Vocabulary::kEnd);
    }
  }

 private:
  std::vector<bool> is_bad_;  // by id
};

}  // namespace

std::unique_ptr<LogitFilter> bar_bad_endings(const SearchOptions& options,
                                             const Vocabulary* vocabulary) {
  if (!options.bar_bad_endings || vocabulary == nullptr) return nullptr;
  return std::make_unique<BadEndings>(*vocabulary);
}

}  // namespace storyteller
