#include "train/data/caption_corpus.h"

#include <algorithm>

#include "core/error.h"

namespace storyteller {

CaptionCorpus::CaptionCorpus(const Dataset& dataset) {
  begin_.push_back(0);
  ends_.push_back(0);
  for (size_t image = 0; image < dataset.size(); ++image) {
    for (const std::string& caption : dataset.captions(image)) {
      const Tokens tokens = ptb_tokenize(caption);
      if (tokens.empty()) {
        ++dropped_;
        continue;
      }
      for (const std::string& token : tokens) {
        tokens_.push_back(words_.insert(token));
      }
      ends_.push_back(tokens_.size());
      images_.push_back(static_cast<uint32_t>(image));
    }
    begin_.push_back(images_.size());
  }
}

Tokens CaptionCorpus::tokens(size_t caption) const {
  Tokens tokens;
  for (const uint32_t word : words(caption)) tokens.emplace_back(words_[word]);
  return tokens;
}

std::vector<Tokens> CaptionCorpus::of_image(size_t image) const {
  std::vector<Tokens> captions;
  for (size_t c = begin_[image]; c < begin_[image + 1]; ++c) captions.push_back(tokens(c));
  return captions;
}

std::vector<WordCount> CaptionCorpus::word_counts() const {
  std::vector<size_t> counts(words_.size());
  for (const uint32_t word : tokens_) ++counts[word];
  std::vector<WordCount> all;
  for (size_t word = 0; word < counts.size(); ++word) all.push_back({words_[word], counts[word]});
  return all;
}

EncodedCaptions::EncodedCaptions(const CaptionCorpus& corpus, const Vocabulary& vocabulary,
                                 int max_words) {
  if (max_words < 1) throw UsageError("the length cap of captions must be at least 1 word");
  std::vector<int> id_of(corpus.words_.size());
  for (size_t word = 0; word < id_of.size(); ++word)
    id_of[word] = vocabulary.id(corpus.words_[word]);
  begin_.push_back(0);
  for (size_t c = 0; c < corpus.size(); ++c) {
    const auto tokens = corpus.words(c);
    const size_t words = std::min(tokens.size(), static_cast<size_t>(max_words));
    for (size_t w = 0; w < words; ++w) ids_.push_back(id_of[tokens[w]]);
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
