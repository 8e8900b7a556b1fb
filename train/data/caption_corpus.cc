#include "train/data/caption_corpus.h"

#include <algorithm>

#include "core/error.h"

namespace storyteller {

CaptionCorpus::CaptionCorpus(const Dataset& dataset) {
  begin_.push_back(0);
  for (size_t image = 0; image < dataset.size(); ++image) {
    for (const std::string& caption : dataset.captions(image)) {
      Tokens tokens = ptb_tokenize(caption);
      if (tokens.empty()) {
        ++dropped_;
        continue;
      }
      captions_.push_back(std::move(tokens));
      images_.push_back(image);
    }
    begin_.push_back(captions_.size());
  }
}

EncodedCaptions::EncodedCaptions(const CaptionCorpus& corpus, const Vocabulary& vocabulary,
                                 int max_words) {
  if (max_words < 1) throw UsageError("the length cap of captions must be at least 1 word");
  begin_.push_back(0);
  for (size_t c = 0; c < corpus.size(); ++c) {
    const Tokens& tokens = corpus.tokens(c);
    const size_t words = std::min(tokens.size(), static_cast<size_t>(max_words));
    for (size_t w = 0; w < words; ++w) ids_.push_back(vocabulary.id(tokens[w]));
    if (words == tokens.size()) {
      ids_.push_back(Vocabulary::kEnd);
    } else {
      ++truncated_;
    }
    lengths_.push_back({corpus.image(c), static_cast<int>(ids_.size() - begin_.back())});
    begin_.push_back(ids_.size());
  }
}

}  // namespace storyteller
