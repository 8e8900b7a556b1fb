#include "train/metrics/statistics/diversity.h"

#include <algorithm>
#include <string>
#include <unordered_set>

#include "core/text/english_words.h"
#include "core/text/text_set.h"

namespace storyteller {
namespace {

/// Tokens of the captions as numbers of their own.
std::vector<std::vector<TokenId>> numbered(std::span<const Tokens> captions, TextSet& ids) {
  std::vector<std::vector<TokenId>> out;
  out.reserve(captions.size());
  for (const Tokens& caption : captions) {
    out.emplace_back();
    for (const std::string& token : caption) out.back().push_back(ids.insert(token));
  }
  return out;
}

double share(size_t part, size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

DistinctWords count_distinct_words(std::span<const Tokens> captions) {
  TextSet ids;
  std::unordered_set<uint64_t> pairs;
  DistinctWords out;
  for (const auto& caption : numbered(captions, ids)) {
    out.words += caption.size();
    for (size_t i = 1; i < caption.size(); ++i) {
      pairs.insert(uint64_t{caption[i - 1]} << 32U | caption[i]);
    }
  }
  out.tokens = ids.size();
  out.pairs = pairs.size();
  return out;
}

CaptionStatistics caption_statistics(std::span<const Tokens> captions) {
  CaptionStatistics out;
  const DistinctWords distinct = count_distinct_words(captions);
  std::unordered_set<std::string> different;
  size_t dangling = 0;
  for (const Tokens& caption : captions) {
    different.insert(token_lines(caption));
    ++out.lengths[std::min(caption.size(), CaptionStatistics::kLongest)];
    if (!caption.empty() && is_bad_ending(caption.back())) ++dangling;
  }
  out.captions = captions.size();
  out.distinct_captions = different.size();
  out.words = distinct.words;
  out.vocabulary = distinct.tokens;
  out.mean_length = share(distinct.words, captions.size());
  out.distinct_1 = share(distinct.tokens, distinct.words);
  out.distinct_2 = share(distinct.pairs, distinct.words);
  out.dangling = share(dangling, captions.size());
  return out;
}

SeenCaptions::SeenCaptions(std::span<const Tokens> captions) {
  for (const Tokens& caption : captions) add(caption);
}

void SeenCaptions::add(const Tokens& caption) { texts_.insert(token_lines(caption)); }

bool SeenCaptions::contains(const Tokens& caption) const {
  return texts_.find(token_lines(caption)) != TextSet::kAbsent;
}

double share_unseen(std::span<const Tokens> captions, const SeenCaptions& training) {
  const auto unseen = std::count_if(captions.begin(), captions.end(), [&](const Tokens& caption) {
    return !training.contains(caption);
  });
  return share(static_cast<size_t>(unseen), captions.size());
}

double share_novel(std::span<const Tokens> captions, const SeenCaptions& training) {
  TextSet novel;
  for (const Tokens& caption : captions) {
    if (!training.contains(caption)) novel.insert(token_lines(caption));
  }
  return share(novel.size(), captions.size());
}

}  // namespace storyteller
