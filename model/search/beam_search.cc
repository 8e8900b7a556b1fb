#include "model/search/beam_search.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>

#include "core/error.h"
#include "core/ops/ops.h"
#include "model/search/beam.h"
#include "model/vocabulary.h"

namespace storyteller {
namespace {

/// The live rows of all pictures, in the order of pictures.
struct LiveRows {
  std::vector<int32_t> image, word;
  std::vector<HypothesisView> views;  // into said
  WordLists barred;

  void gather(const std::vector<Beam>& beams, const LogitFilters& filters) {
    image.clear();
    word.clear();
    said_.clear();
    views.clear();
    barred.clear();
    std::vector<size_t> end;
    for (size_t i = 0; i < beams.size(); ++i) {
      for (int64_t j = 0; j < beams[i].live(); ++j) {
        image.push_back(static_cast<int32_t>(i));
        word.push_back(beams[i].last_word(j));
        beams[i].append_words(j, &said_);
        end.push_back(said_.size());
        views.push_back({.image = image.back(), .log_probability = beams[i].log_probability(j)});
      }
    }
    size_t begin = 0;
    for (size_t row = 0; row < views.size(); ++row) {
      views[row].words = std::span<const int32_t>(said_).subspan(begin, end[row] - begin);
      begin = end[row];
      for (const auto& filter : filters) filter->bar(views[row], &barred.words);
      barred.begin.push_back(static_cast<int32_t>(barred.words.size()));
    }
  }

 private:
  std::vector<int32_t> said_;
};

struct Offers {
  std::vector<int32_t> words;            // (rows, k)
  std::vector<float> log_probabilities;  // (rows, k)
  std::vector<float> alpha;              // (rows, L); empty: the model does not attend
};

/// Hands every picture its rows of the step; returns which row each surviving hypothesis continues.
std::vector<int32_t> advance(std::vector<Beam>& beams, const Offers& offers, int64_t k,
                             int64_t rows) {
  const int64_t L = std::ssize(offers.alpha) / rows;
  std::vector<int32_t> parents, of_beam;
  std::vector<Continuations> continuations;
  int64_t first = 0;
  for (Beam& beam : beams) {
    const int64_t live = beam.live();
    if (live == 0) continue;
    continuations.clear();
    for (int64_t j = first; j < first + live; ++j) {
      continuations.push_back({&offers.words[static_cast<size_t>(j * k)],
                               &offers.log_probabilities[static_cast<size_t>(j * k)], k});
    }
    beam.advance(continuations, std::span(offers.alpha).subspan(first * L, live * L), &of_beam);
    for (int32_t parent : of_beam) parents.push_back(static_cast<int32_t>(first) + parent);
    first += live;
  }
  return parents;
}

}  // namespace

BeamSearch::BeamSearch(const SearchOptions& options, LogitFilters filters)
    : options_(options), filters_(std::move(filters)) {}

std::vector<std::vector<Caption>> BeamSearch::run(StepModel& model, const Tensor& features) const {
  const int64_t V = model.vocabulary(), k = std::min<int64_t>(options_.beam, V);
  if (V <= Vocabulary::kMarks) throw InternalError("beam search: the vocabulary has no words");
  std::vector<Beam> beams(static_cast<size_t>(features.size(0)), Beam(options_));
  model.start(features);
  LiveRows rows;
  rows.gather(beams, filters_);
  while (!rows.word.empty()) {
    const Tensor logits = model.step(rows.word);
    for (const auto& filter : filters_) filter->apply(logits, rows.views);
    const BestWords best = top_words(logits, V, k, rows.barred);
    const Offers offers = {best.word.to_host<int32_t>(), to_host_float(best.log_probability),
                           model.attention()};
    const std::vector<int32_t> parents = advance(beams, offers, k, std::ssize(rows.word));
    rows.gather(beams, filters_);
    if (!rows.word.empty()) model.gather(parents, rows.image);
  }

  std::vector<std::vector<Caption>> captions;
  captions.reserve(beams.size());
  for (const Beam& beam : beams) captions.push_back(beam.captions());
  return captions;
}

}  // namespace storyteller
