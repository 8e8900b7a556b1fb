#include <algorithm>
#include <memory>

#include "core/dispatch.h"
#include "core/error.h"
#include "kernels/top_words.h"
#include "model/search/beam.h"
#include "model/search/search.h"

namespace storyteller {
namespace {

/// The live rows of all pictures, in the order of pictures.
struct LiveRows {
  std::vector<int32_t> image, word, parent;
  std::vector<int32_t> barred_begin, barred;

  void gather(const std::vector<Beam>& beams) {
    image.clear();
    word.clear();
    barred.clear();
    barred_begin.assign(1, 0);
    for (size_t i = 0; i < beams.size(); ++i) {
      for (int64_t j = 0; j < beams[i].live(); ++j) {
        image.push_back(static_cast<int32_t>(i));
        word.push_back(beams[i].last_word(j));
        beams[i].barred(j, &barred);
        barred_begin.push_back(static_cast<int32_t>(barred.size()));
      }
    }
  }
};

struct Offers {
  std::vector<int32_t> words;            // (rows, k)
  std::vector<float> log_probabilities;  // (rows, k)
};

/// The first V of each row of logits are words.
Offers best_words(const Tensor& logits, int64_t V, const LiveRows& rows, int64_t k) {
  const SourceOp source("top_words");
  const int64_t B = logits.size(0);
  const Device device = logits.device();
  const auto count = static_cast<int64_t>(rows.barred.size());
  const Tensor begin = Tensor::from({B + 1}, rows.barred_begin, device);
  const Tensor barred = Tensor::from({count}, rows.barred, device);
  const Tensor word = Tensor::empty({B, k}, DType::kInt32, device);
  const Tensor log_probability = Tensor::empty({B, k}, wide(logits.dtype()), device);
  on("top_words", logits, [&]<class T>(auto backend) {
    top_words(backend, TopWords<T>{.logits = logits.data<T>(),
                                   .barred_begin = begin.data<int32_t>(),
                                   .barred_words = barred.data<int32_t>(),
                                   .word = word.data<int32_t>(),
                                   .log_probability = log_probability.data<Wide<T>>(),
                                   .B = B,
                                   .V = V,
                                   .k = k,
                                   .stride = logits.size(1)});
  });
  return {word.to_host<int32_t>(), to_host_float(log_probability)};
}

/// Hands every picture its rows of the step; returns which row each surviving hypothesis continues.
std::vector<int32_t> advance(std::vector<Beam>& beams, const Offers& offers, int64_t k,
                             const std::vector<float>& alpha, int64_t L) {
  std::vector<int32_t> parents, of_beam;
  std::vector<Continuations> rows;
  int64_t first = 0;
  for (Beam& beam : beams) {
    const int64_t live = beam.live();
    if (live == 0) continue;
    rows.clear();
    for (int64_t j = first; j < first + live; ++j) {
      rows.push_back({&offers.words[static_cast<size_t>(j * k)],
                      &offers.log_probabilities[static_cast<size_t>(j * k)], k});
    }
    beam.advance(rows, alpha.data() + first * L, L, &of_beam);
    for (int32_t parent : of_beam) parents.push_back(static_cast<int32_t>(first) + parent);
    first += live;
  }
  return parents;
}

}  // namespace

std::vector<FoundCaption> beam_search(Decoder& decoder, const Tensor& features,
                                      const SearchOptions& options) {
  const int64_t I = features.size(0), L = features.size(1);
  const int64_t V = decoder.vocabulary();
  if (V <= Vocabulary::kMarks) throw InternalError("beam_search: the vocabulary has no words");
  if (options.beam < 1 || options.max_words < 1) {
    throw InternalError("beam_search: beam and max_words must be at least 1");
  }
  const int64_t k = std::min<int64_t>(options.beam, V);
  const Device device = features.device();
  Tape tape(Tape::Mode::kInfer);
  const DecoderMemory memory = decoder.prepare(tape, Var(features));
  std::vector<Beam> beams(static_cast<size_t>(I), Beam(options));

  const std::unique_ptr<DecoderLoop> loop = decoder.make_loop();
  LiveRows rows;
  rows.gather(beams);
  RowMap map = make_row_map(rows.image, I, device);
  DecoderState state = decoder.initial_state(tape, memory, map);
  while (!rows.word.empty()) {
    const auto count = static_cast<int64_t>(rows.word.size());
    const int64_t offset[] = {0, count};
    decoder.begin(tape, *loop, memory, map, {offset, 1}, Tensor::from({count}, rows.word, device));
    state = decoder.step(tape, *loop, 0, state);
    const Offers offers = best_words(decoder.logits(tape, *loop).value(), V, rows, k);
    const AttentionTrace trace = decoder.attention(*loop);
    rows.parent = trace ? advance(beams, offers, k, to_host_float(trace.alpha.value()), L)
                        : advance(beams, offers, k, {}, 0);

    rows.gather(beams);
    if (rows.word.empty()) break;
    const Tensor parent =
        Tensor::from({static_cast<int64_t>(rows.parent.size())}, rows.parent, device);
    state = Decoder::gather(tape, state, parent);
    map = make_row_map(rows.image, I, device);
  }

  std::vector<FoundCaption> captions;
  captions.reserve(beams.size());
  for (const Beam& beam : beams) captions.push_back(beam.best());
  return captions;
}

}  // namespace storyteller
