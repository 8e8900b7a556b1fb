#include "model/decoder/word_embedding.h"

#include "kernels/philox.h"

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

}  // namespace storyteller
