#include "model/decoder/output_layer.h"

#include "core/random_stream.h"

namespace storyteller {
namespace {

// Sites of the dropout masks; see philox_key.
constexpr uint64_t kOutputSite = 0x6F757470, kDeepSite = 0x64656570;

}  // namespace

WordScorer::WordScorer(const DecoderOptions& options, Parameters& parameters, Context context,
                       int64_t context_width)
    : kind_(options.output),
      dropout_(options.output_dropout),
      vocabulary_(options.vocabulary),
      parameters_(parameters) {
  const int64_t V = options.vocabulary, E = options.embedding, H = options.hidden,
                D = context_width > 0 ? context_width : options.feature_width;
  int64_t width = H;
  if (kind_ == OutputLayer::kDeep) {
    deep_hidden_ = LinearLayer(parameters, "decoder.output.hidden", {E, H});
    if (context == Context::kAttended) {
      deep_context_ =
          LinearLayer(parameters, "decoder.output.context", {E, D}, LinearLayer::Bias::kNone);
    }
    width = E;
  }
  weight_ = parameters.declare("decoder.output.weight", {V, width}, Initializer::uniform(0.1F));
  if (kind_ == OutputLayer::kSum && context == Context::kAttended) {
    context_weight_ =
        parameters.declare("decoder.output.context.weight", {V, D}, Initializer::normal(0.01F));
  }
  bias_ = parameters.declare("decoder.output.bias", {V}, Initializer::constant(0));
}

Var WordScorer::logits(Tape& tape, const Rows& rows, const DropoutSite& site) const {
  const auto dropped = [&](const Var& x, uint64_t place) {
    return dropout(tape, x, site.rate(dropout_),
                   {philox_key(site.seed, site.step, place), site.row_key});
  };
  Var h = dropped(rows.h, kOutputSite);
  if (kind_ == OutputLayer::kDeep) {
    h = deep_hidden_.apply(tape, h);
    if (deep_context_) h = add(tape, h, deep_context_.apply(tape, rows.z));
    h = dropped(tanh(tape, add(tape, h, rows.word)), kDeepSite);
  }
  const int64_t width = padded_width(h.value().device(), vocabulary_);
  const Var words = linear(tape, h, parameters_.var(weight_), parameters_.var(bias_), width);
  if (context_weight_ < 0) return words;
  const Var z = dropped(rows.z, kDeepSite);
  return add(tape, words, linear(tape, z, parameters_.var(context_weight_), Var(), width));
}

}  // namespace storyteller
