#include "core/text/english_words.h"
#include "model/search/hypothesis.h"
#include "model/search/search_options.h"
#include "model/vocabulary.h"

namespace storyteller {
namespace {

/// No word comes twice but the function words of core/text/english_words.h.
class ContentOnce final : public LogitFilter {
 public:
  explicit ContentOnce(const Vocabulary& vocabulary) {
    for (const std::string& word : vocabulary.words())
      is_content_.push_back(!is_function_word(word));
  }

  void bar(const HypothesisView& hypothesis, std::vector<int32_t>* words) const override {
    for (const int32_t word : hypothesis.words) {
      if (is_content_[static_cast<size_t>(word)]) words->push_back(word);
    }
  }

 private:
  std::vector<bool> is_content_;  // by id
};

}  // namespace

std::unique_ptr<LogitFilter> content_once(const SearchOptions& options,
                                          const Vocabulary* vocabulary) {
  if (!options.content_once || vocabulary == nullptr) return nullptr;
  return std::make_unique<ContentOnce>(*vocabulary);
}

}  // namespace storyteller
