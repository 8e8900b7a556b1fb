#include "train/metrics/meteor/alignment.h"

#include <algorithm>

namespace storyteller::meteor_parts {
namespace {

/// What `length` matched words add to the first criterion on one side.
uint64_t search_weight(Stage stage, uint64_t length) {
  return stage == Stage::kExact ? length : length / 2;
}

uint64_t distance(uint64_t a, uint64_t b) { return a > b ? a - b : b - a; }

}  // namespace

std::span<uint64_t> Aligner::used_row(std::vector<uint64_t>& rows, size_t row) const {
  return std::span(rows).subspan(row * row_words_, row_words_);
}

bool Aligner::is_free(std::span<const uint64_t> used, const Candidate& candidate) const {
  for (uint32_t i = 0; i < candidate.hypothesis_length; ++i) {
    const uint32_t word = candidate.hypothesis_begin + i;
    if ((used[word / 64] >> (word % 64) & 1U) != 0) return false;
  }
  return true;
}

namespace {

void mark_used(std::span<uint64_t> used, const Candidate& candidate) {
  for (uint32_t i = 0; i < candidate.hypothesis_length; ++i) {
    const uint32_t word = candidate.hypothesis_begin + i;
    used[word / 64] |= uint64_t{1} << (word % 64);
  }
}

}  // namespace

/// Fixes the candidates all of whose words have no other one, and starts the beam with them.
void Aligner::fix_unambiguous(const Candidates& candidates) {
  const size_t words = candidates.words.size();
  auto& hypothesis = hypothesis_coverage_;
  auto& reference = reference_coverage_;
  hypothesis.assign(candidates.hypothesis_length, 0);
  reference.assign(words, 0);
  for (size_t place = 0; place < words; ++place) {
    candidates.for_each_at(place, [&](const Candidate& c) {
      for (size_t i = 0; i < c.hypothesis_length; ++i) ++hypothesis[c.hypothesis_begin + i];
      for (size_t i = 0; i < c.reference_length; ++i) ++reference[place + i];
    });
  }
  fixed_.assign(words, Candidate{});
  for (size_t place = 0; place < words; ++place) {
    if (reference[place] != 1) continue;
    candidates.for_each_at(place, [&](const Candidate& c) {
      bool alone = true;
      for (size_t i = 0; i < c.hypothesis_length; ++i) {
        alone = alone && hypothesis[c.hypothesis_begin + i] == 1;
      }
      for (size_t i = 0; i < c.reference_length; ++i) alone = alone && reference[place + i] == 1;
      if (!alone) return;
      fixed_[place] = c;
      mark_used(used_row(used_, 0), c);
    });
  }
}

/// Adds a match to criteria and chunks.
void Aligner::take(Path& path, uint32_t place, const Candidate& candidate) {
  path.matches += search_weight(candidate.stage, candidate.hypothesis_length) +
                  search_weight(candidate.stage, candidate.reference_length);
  if (path.open_end != kNone && path.open_end != candidate.hypothesis_begin) ++path.chunks;
  path.open_end = candidate.hypothesis_begin + candidate.hypothesis_length;
  path.free_from = place + candidate.reference_length;
}

/// Keeps the kBeam best, those that came first among equals.
void Aligner::add(const Extension& extension) {
  const auto better = [](const Extension& a, const Extension& b) { return a.path < b.path; };
  if (extensions_.size() == kBeam) {
    if (!better(extension, extensions_.back())) return;
    extensions_.pop_back();
  }
  extensions_.insert(std::upper_bound(extensions_.begin(), extensions_.end(), extension, better),
                     extension);
}

/// Adds what can become of one partial alignment at one word of the reference.
void Aligner::extend(uint32_t parent, uint32_t place, const Candidates& candidates) {
  Path path = beam_[parent];
  if (place < path.free_from) return add({path, parent, false, {}});
  if (const Candidate& fixed = fixed_[place]; fixed.hypothesis_length > 0) {
    path.distance += distance(place, fixed.hypothesis_begin);
    take(path, place, fixed);
    return add({path, parent, true, fixed});
  }
  const auto used = used_row(used_, parent);
  candidates.for_each_at(place, [&](const Candidate& candidate) {
    if (!is_free(used, candidate)) return;
    Extension extension{path, parent, true, candidate};
    take(extension.path, place, candidate);
    add(extension);
    path.distance += distance(place, candidate.hypothesis_begin);
  });
  if (path.open_end != kNone) {  // this word stays unmatched
    ++path.chunks;
    path.open_end = kNone;
  }
  add({path, parent, false, {}});
}

/// The extensions become the beam.
void Aligner::advance(uint32_t place) {
  next_used_.resize(extensions_.size() * row_words_);
  beam_.clear();
  for (size_t i = 0; i < extensions_.size(); ++i) {
    const Extension& extension = extensions_[i];
    const auto from = used_row(used_, extension.parent);
    const auto to = used_row(next_used_, i);
    std::copy(from.begin(), from.end(), to.begin());
    Path path = extension.path;
    if (extension.matched) {
      mark_used(to, extension.candidate);
      steps_.push_back({{place, extension.candidate}, path.step});
      path.step = static_cast<uint32_t>(steps_.size() - 1);
    }
    beam_.push_back(path);
  }
  used_.swap(next_used_);
}

const Alignment& Aligner::align(const Candidates& candidates) {
  row_words_ = (candidates.hypothesis_length + 63) / 64;
  used_.assign(row_words_, 0);
  beam_.assign(1, Path{});
  steps_.clear();
  fix_unambiguous(candidates);
  for (uint32_t place = 0; place < candidates.words.size(); ++place) {
    extensions_.clear();
    for (uint32_t parent = 0; parent < beam_.size(); ++parent) extend(parent, place, candidates);
    advance(place);
  }
  for (Path& path : beam_) path.chunks += path.open_end != kNone ? 1 : 0;
  const Path& best = *std::min_element(beam_.begin(), beam_.end());  // the first among equals
  alignment_.chunks = best.chunks;
  alignment_.matches.clear();
  for (uint32_t step = best.step; step != kNone; step = steps_[step].previous) {
    alignment_.matches.push_back(steps_[step].match);
  }
  std::reverse(alignment_.matches.begin(), alignment_.matches.end());
  return alignment_;
}

}  // namespace storyteller::meteor_parts
