#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <vector>

#include "train/metrics/spice/feature_hash.h"
#include "train/metrics/spice/tag_set.h"
#include "train/metrics/spice/weight_table.h"

namespace storyteller::spice {

constexpr size_t kTaggerFeatures = 23;
using TaggerFeatures = std::array<Feature, kTaggerFeatures>;

/// Features of word `i`: the word, its ends, its neighbours and the two tags before it.
TaggerFeatures tagger_features(std::span<const WordFeatures> words, size_t i, Tag before,
                               Tag before2);

using TaggerWeights = WeightTable<kTags>;

/// Captions are phrases that news and letters, which the treebank is made of, hardly have: "a man
/// riding a horse", "a dog leaps over a fence". Two rules of English correct the tagger there,
/// where it took a verb for a noun: between a noun and a determiner stands a verb; and after "a"
/// and a singular noun a word in -s is no plural.
void read_verbs(std::span<const WordFeatures> words, std::span<Tag> tags);

/// Tags words from left to right, each by the class of the largest score, then read_verbs.
/// `weights`: as WeightTable, or a Perceptron in training.
template <class Weights>
void tag_words(const Weights& weights, std::span<const WordFeatures> words,
               std::vector<Tag>& tags) {
  tags.clear();
  Tag before = Tag::kPeriod, before2 = Tag::kPeriod;
  for (size_t i = 0; i < words.size(); ++i) {
    const auto scores = weights.score(tagger_features(words, i, before, before2));
    const auto* const best = std::max_element(scores.begin(), scores.end());
    tags.push_back(static_cast<Tag>(best - scores.begin()));
    before2 = std::exchange(before, tags.back());
  }
  read_verbs(words, tags);
}

}  // namespace storyteller::spice
