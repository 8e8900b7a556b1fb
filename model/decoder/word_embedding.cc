#include "model/decoder/word_embedding.h"

#include "core/random_stream.h"
#include "model/decoder/distinct_words.h"

namespace storyteller {
namespace {

constexpr uint64_t kEmbeddingSite = 0x656D6264;  // of the dropout mask; see philox_key

}  // namespace

WordEmbedding::WordEmbedding(const DecoderOptions& options, Parameters& parameters)
    : dropout_(options.embedding_dropout),
      parameters_(parameters),
      weight_(parameters.declare("decoder.embedding.weight",
                                 {options.vocabulary, options.embedding},
                                 Initializer::uniform(0.1F))) {}

Var WordEmbedding::rows(Tape& tape, const Tensor& words, const DropoutSite& site) const {
  return dropout(tape, embedding(tape, parameters_.var(weight_), words), site.rate(dropout_),
                 {philox_key(site.seed, site.step, kEmbeddingSite), site.row_key});
}

Var WordEmbedding::product(Tape& tape, const Var& rows, const Tensor& words,
                           const DropoutSite& site, const Var& weight, const Var& bias) const {
  const Var table = parameters_.var(weight_);
  if (tape.recording() && table.value().device().is_cpu() && site.rate(dropout_) == 0) {
    const DistinctWords distinct = distinct_words(words, table.shape()[0]);
    // Below that, what is saved is worth the copy of the products to their rows.
    if (4 * distinct.words.elements() <= 3 * words.elements()) {
      const Var products = linear(tape, embedding(tape, table, distinct.words), weight, bias);
      return gather_rows(tape, products, distinct.row);
    }
  }
  return linear(tape, rows, weight, bias);
}

}  // namespace storyteller
