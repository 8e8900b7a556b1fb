#include <algorithm>
#include <cstdlib>

#include "train/metrics/spice/parser.h"

namespace storyteller::spice {
namespace {

/// What templates ask of one place of a state.
struct Place {
  uint64_t w = kAbsent;          ///< word
  uint64_t t = kTags;            ///< tag
  uint64_t wt = kAbsent;         ///< both
  uint64_t left = 0, right = 0;  ///< numbers of dependents, 3 for more
  uint64_t labels = 0;           ///< set of the dependents' labels
};

Place place(const ParserState& state, const TaggedWords& s, int32_t word) {
  if (word < 0) return {};
  const auto tag = static_cast<uint64_t>(s.tags[word]);
  const Dependents& of = state.dependents(word);
  const uint64_t w = s.words[word].word;
  return {w,
          tag,
          make_feature(99, w, tag),
          static_cast<uint64_t>(std::min(of.left, 3)),
          static_cast<uint64_t>(std::min(of.right, 3)),
          of.labels};
}

uint64_t word_at(const TaggedWords& s, int32_t word) {
  return word < 0 ? kAbsent : s.words[word].word;
}
uint64_t tag_at(const TaggedWords& s, int32_t word) {
  return word < 0 ? kTags : static_cast<uint64_t>(s.tags[word]);
}

uint64_t distance(int32_t a, int32_t b) {
  if (a < 0 || b < 0) return 15;
  const int32_t apart = std::abs(a - b);
  return apart < 5 ? apart : apart < 10 ? 5 : 6;
}

int32_t leftmost(const ParserState& state, int32_t word) {
  return word < 0 ? -1 : state.dependents(word).leftmost;
}
int32_t rightmost(const ParserState& state, int32_t word) {
  return word < 0 ? -1 : state.dependents(word).rightmost;
}
uint64_t label_at(const ParserState& state, int32_t word) {
  return word < 0 ? kLabels : static_cast<uint64_t>(state.tree().labels[word]);
}

}  // namespace

TransitionFeatures transition_features(const ParserState& state, const TaggedWords& s) {
  const int32_t i0 = state.stack(0), i1 = state.stack(1), i2 = state.stack(2);
  const int32_t j0 = state.buffer(0), j1 = state.buffer(1), j2 = state.buffer(2);
  const Place s0 = place(state, s, i0), s1 = place(state, s, i1), b0 = place(state, s, j0);
  const uint64_t s2t = tag_at(s, i2), b1w = word_at(s, j1), b1t = tag_at(s, j1);
  const uint64_t b2t = tag_at(s, j2), b2w = word_at(s, j2);
  const int32_t s0l = leftmost(state, i0), s0r = rightmost(state, i0);
  const int32_t s1l = leftmost(state, i1), s1r = rightmost(state, i1);
  const int32_t b0l = leftmost(state, j0);
  const uint64_t d = distance(i0, j0), d1 = distance(i1, i0);
  return {
      make_feature(100, s0.t, b0.t),
      make_feature(101, s0.wt),
      make_feature(102, s0.w),
      make_feature(103, s1.wt),
      make_feature(104, s1.t, s0.t),
      make_feature(105, b0.wt),
      make_feature(106, b0.w),
      make_feature(107, b1w, b1t),
      make_feature(108, b0.t, b1t, b2t),
      make_feature(109, s0.wt, b0.wt),
      make_feature(110, s0.wt, b0.t),
      make_feature(111, s0.t, b0.wt),
      make_feature(112, s0.w, b0.w),
      make_feature(113, s1.wt, s0.t),
      make_feature(114, s1.t, s0.wt),
      make_feature(115, s1.w, s0.w),
      make_feature(116, s0.t, b0.t, b1t),
      make_feature(117, s1.t, s0.t, b0.t),
      make_feature(118, make_feature(0, s2t, s1.t), s0.t, b0.t),
      make_feature(119, make_feature(0, s1.t, s0.t), b0.t, b1t),
      make_feature(120, s1.w, s0.t, b0.w),
      make_feature(121, s1.w, s0.w, b0.w),
      make_feature(122, s1.t, s0.t, b0.w),
      make_feature(123, s1.t, s0.w, b0.t),
      make_feature(124, s1.w, s0.t, b0.t),
      make_feature(125, s1.w, b0.w, b0.t),
      make_feature(126, s0.t, b0.w, b2t),
      make_feature(127, s0.t, b0.w, b2w),
      make_feature(128, s0.w, b0.w, b1t),
      make_feature(129, s0.t, s0.left, s0.right),
      make_feature(130, s0.wt, s0.right, b0.t),
      make_feature(131, s1.t, s1.right, s0.t),
      make_feature(132, b0.t, b0.left, s0.t),
      make_feature(133, make_feature(0, s0.t, b0.t), d),
      make_feature(134, make_feature(0, s0.w, b0.t), d),
      make_feature(135, make_feature(0, s0.t, b0.w), d),
      make_feature(136, make_feature(0, s1.t, s0.t), d1, b0.t),
      make_feature(137, s0.t, tag_at(s, s0l), b0.t),
      make_feature(138, s0.t, tag_at(s, s0r), b0.t),
      make_feature(139, s0.t, tag_at(s, b0l), b0.t),
      make_feature(140, make_feature(0, s1.t, tag_at(s, s1r)), s0.t, b0.t),
      make_feature(141, make_feature(0, s1.t, tag_at(s, s0l)), s0.t, b0.t),
      make_feature(142, s1.w, word_at(s, s0l), s0.t),
      make_feature(143, s1.t, word_at(s, s0l), s0.w),
      make_feature(144, make_feature(0, s1.w, s0.w), word_at(s, s0l)),
      make_feature(145, s0.w, word_at(s, b0l), b0.t),
      make_feature(146, s0.t, s0.labels, b0.t),
      make_feature(147, make_feature(0, s1.t, s1.labels), s0.t, b0.t),
      make_feature(148, b0.t, b0.labels, s0.t),
      make_feature(149, make_feature(0, s1.t, label_at(state, s1r)), s0.t, label_at(state, s0l)),
      make_feature(150, make_feature(0, s1.t, label_at(state, s1l)), s0.t, b0.w),
      make_feature(151, s0.w, make_feature(0, s0.labels), b0.w),
  };
}

LabelFeatures label_features(const ParserState& state, const TaggedWords& s, int32_t head,
                             int32_t dependent) {
  const Place h = place(state, s, head), d = place(state, s, dependent);
  const uint64_t side = head < dependent ? 1 : 0;
  const int32_t dl = leftmost(state, dependent), dr = rightmost(state, dependent);
  const uint64_t dlw = word_at(s, dl), far = distance(head, dependent);
  const auto size = static_cast<int32_t>(s.tags.size());
  const auto tag_near = [&](int32_t word) { return tag_at(s, word < size ? word : -1); };
  const uint64_t suffix = s.words[dependent].suffix3;
  return {
      make_feature(200 + side, 0),
      make_feature(202 + side, h.t, d.t),
      make_feature(204 + side, h.wt),
      make_feature(206 + side, d.wt),
      make_feature(208 + side, h.w, d.w),
      make_feature(210 + side, h.w, d.t),
      make_feature(212 + side, h.t, d.w),
      make_feature(214 + side, h.t, d.t, far),
      make_feature(216 + side, make_feature(0, h.t, d.t), dlw),
      make_feature(218 + side, h.w, d.t, dlw),
      make_feature(220 + side, make_feature(0, h.t, d.t), tag_at(s, dl)),
      make_feature(222 + side, make_feature(0, h.t, d.t), tag_at(s, dr)),
      make_feature(224 + side, h.t, d.t, d.labels),
      make_feature(226 + side, make_feature(0, h.t, d.t), h.labels),
      make_feature(228 + side, d.w, h.labels),
      make_feature(230 + side, d.t, d.labels, d.w),
      make_feature(232 + side, make_feature(0, h.t, d.t), tag_near(dependent - 1)),
      make_feature(234 + side, make_feature(0, h.t, d.t), tag_near(dependent + 1)),
      make_feature(236 + side, make_feature(0, h.t, d.t), tag_near(head + 1)),
      make_feature(238 + side, make_feature(0, h.t, d.t), tag_near(head - 1)),
      make_feature(240 + side, h.t, suffix, d.t),
      make_feature(242 + side, s.words[head].suffix3, d.t),
      make_feature(244 + side, make_feature(0, h.t, d.t), h.left, h.right),
      make_feature(246 + side, make_feature(0, h.t, label_at(state, rightmost(state, head))), d.t),
      make_feature(248 + side, make_feature(0, h.w, d.t), h.labels),
      make_feature(250 + side, h.t, d.w, d.labels),
      make_feature(252 + side, d.w, far, h.t),
      make_feature(254 + side, make_feature(0, h.t, d.t), d.left, d.right),
  };
}

}  // namespace storyteller::spice
