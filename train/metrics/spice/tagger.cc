#include "train/metrics/spice/tagger.h"

#include <algorithm>
#include <initializer_list>

namespace storyteller::spice {
namespace {

const WordFeatures kOutside{kAbsent, kAbsent, kAbsent, kAbsent, 0, false};

bool is_determiner(Tag tag) { return tag == Tag::kDT || tag == Tag::kPRPPoss; }
bool is_singular(Tag tag) { return tag == Tag::kNN || tag == Tag::kNNP; }
bool is_plural(Tag tag) { return tag == Tag::kNNS || tag == Tag::kNNPS; }

bool is_one_of(const WordFeatures& word, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](const char* other) { return word_features(other).word == word.word; });
}

}  // namespace

void read_verbs(std::span<const WordFeatures> words, std::span<Tag> tags) {
  static const uint64_t participle = word_features("ing").suffix3;
  bool singular_phrase = false;  // since the last "a" nothing but adjectives and singular nouns
  for (size_t i = 0; i < words.size(); ++i) {
    if (tags[i] == Tag::kDT) singular_phrase = is_one_of(words[i], {"a", "an"});
    const Tag before = i > 0 ? tags[i - 1] : Tag::kPeriod;
    if (is_noun(before)) {
      const bool determined = i + 1 < words.size() && is_determiner(tags[i + 1]);
      if (determined && is_singular(tags[i]) && words[i].suffix3 == participle) {
        tags[i] = Tag::kVBG;
      }
      const bool verb_ending = is_plural(tags[i]) && words[i].ends_in_s && is_singular(before);
      const bool measured = verb_ending && is_one_of(words[i - 1], {"couple", "dozen", "pair"});
      if (verb_ending && !measured && (determined || singular_phrase)) tags[i] = Tag::kVBZ;
    }
    singular_phrase &= tags[i] == Tag::kDT || is_adjective(tags[i]) || is_singular(tags[i]);
  }
}

TaggerFeatures tagger_features(std::span<const WordFeatures> words, size_t i, Tag before,
                               Tag before2) {
  const auto at = [&](size_t place) -> const WordFeatures& {
    return place < words.size() ? words[place] : kOutside;  // place wraps below 0
  };
  const WordFeatures &w = at(i), &l = at(i - 1), &ll = at(i - 2), &r = at(i + 1), &rr = at(i + 2);
  const auto t1 = static_cast<uint64_t>(before), t2 = static_cast<uint64_t>(before2);
  return {make_feature(0, 0),
          make_feature(1, w.word),
          make_feature(2, w.suffix3),
          make_feature(3, w.suffix2),
          make_feature(4, w.prefix, w.suffix2),
          make_feature(5, w.shape, w.suffix2),
          make_feature(6, t1),
          make_feature(7, t1, t2),
          make_feature(8, t1, w.word),
          make_feature(9, t1, w.suffix3),
          make_feature(10, l.word),
          make_feature(11, l.word, w.word),
          make_feature(12, l.suffix3, w.suffix3),
          make_feature(13, ll.word),
          make_feature(14, r.word),
          make_feature(15, w.word, r.word),
          make_feature(16, r.suffix3, w.suffix3),
          make_feature(17, rr.word),
          make_feature(18, t1, r.word),
          make_feature(19, t1, r.suffix3, w.suffix2),
          make_feature(20, l.word, r.word),
          make_feature(21, r.word, rr.word),
          make_feature(22, t1, t2, w.word)};
}

}  // namespace storyteller::spice
