#include "train/data/caption_corpus.h"

#include <algorithm>

#include "core/error.h"
#include "model/style_tokens.h"

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

CaptionRange range_of(std::span<const CaptionRange> ranges, size_t image) {
  for (const CaptionRange& range : ranges) {
    if (image < range.end) return range;
  }
  return {};
}

EncodedCaptions::EncodedCaptions(const CaptionCorpus& corpus, const Vocabulary& vocabulary,
                                 const EncodingOptions& options) {
  const int max_words = options.max_words;
  if (max_words < 1) throw UsageError("the length cap of captions must be at least 1 word");
  std::vector<int> id_of(corpus.words_.size());
  for (size_t word = 0; word < id_of.size(); ++word) {
    const std::string_view text = corpus.words_[word];
    // Nobody may be taught to say the token of a style.
    id_of[word] = is_style_token(text) ? Vocabulary::kUnk : vocabulary.id(text);
  }
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
  const auto styled = [](const CaptionRange& range) { return range.begin != Vocabulary::kStart; };
  if (std::any_of(options.ranges.begin(), options.ranges.end(), styled)) {
    for (size_t c = 0; c < corpus.size(); ++c) {
      begin_words_.push_back(range_of(options.ranges, corpus.image(c)).begin);
    }
  }
  if (options.equal_images) weigh(corpus, options.ranges);
}

void EncodedCaptions::weigh(const CaptionCorpus& corpus, std::span<const CaptionRange> ranges) {
  double words = 0, weighed = 0;  // of an epoch
  for (size_t c = 0; c < corpus.size(); ++c) {
    const size_t image = corpus.image(c);
    weights_.push_back(1 / static_cast<double>(corpus.captions_of(image)));
    const double seen = range_of(ranges, image).seen * lengths_[c].length;
    words += seen;
    weighed += weights_.back() * seen;
  }
  for (double& weight : weights_) weight *= words / weighed;
}

}  // namespace storyteller
