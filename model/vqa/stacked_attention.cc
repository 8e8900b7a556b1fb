#include "model/vqa/stacked_attention.h"

#include <string>

#include "core/dispatch.h"
#include "core/random_stream.h"

namespace storyteller {
namespace {

constexpr uint64_t kQuestionSite = 0x76716171;  // of the dropout masks; see philox_key
constexpr uint64_t kAnswerSite = 0x76716161;

}  // namespace

StackedAttention::StackedAttention(const VqaOptions& options, int64_t vocabulary, int64_t width,
                                   int64_t answers, Parameters& parameters)
    : options_(options),
      answers_(answers),
      parameters_(parameters),
      region_(parameters, "vqa.region", {options.hidden, width}),
      question_(options, vocabulary, parameters) {
  for (int64_t k = 0; k < options.hops; ++k) {
    const std::string name = "vqa.hop" + std::to_string(k + 1);
    const Shape shape = {options.attention, options.hidden};
    hops_.push_back({.key = {parameters, name + ".key", shape},
                     .query = {parameters, name + ".query", shape, LinearLayer::Bias::kNone},
                     .score = parameters.declare(name + ".score.weight", {options.attention},
                                                 linear_uniform(options.attention))});
  }
  output_ = LinearLayer(parameters, "vqa.answer", {answers, options.hidden});
}

StackedAttention::Memory StackedAttention::prepare(Tape& tape, const Var& features) const {
  const int64_t I = features.shape()[0], L = features.shape()[1], D = features.shape()[2];
  const Tensor& seen = features.value();
  const Var shown =
      options_.blind ? Var(Tensor::zeros(seen.shape(), seen.dtype(), seen.device())) : features;
  const Var regions = tanh(tape, region_.apply(tape, tape.reshaped(shown, {I * L, D})));
  Memory memory{.regions = tape.reshaped(regions, {I, L, options_.hidden}), .keys = {}};
  for (const Hop& hop : hops_) {
    memory.keys.push_back(tape.reshaped(hop.key.apply(tape, regions), {I, L, options_.attention}));
  }
  return memory;
}

Var StackedAttention::answer(Tape& tape, Loop& loop, const Memory& memory,
                             const QuestionRows& questions, const RowMap& map,
                             const DropoutSite& site) {
  const int64_t B = questions.rows.count(0), L = memory.regions.shape()[1];
  const auto dropped = [&](const Var& x, uint64_t which) {
    return dropout(tape, x, questions.row_key == nullptr ? 0 : site.rate(options_.dropout),
                   {philox_key(site.seed, site.step, which), questions.row_key});
  };
  Var u = dropped(question_.encode(tape, loop.question, questions), kQuestionSite);
  const DType type = u.value().dtype();
  const Device device = u.value().device();
  loop.offset = {0, B};
  loop.hops.assign(hops_.size(), {});
  for (size_t k = 0; k < hops_.size(); ++k) {
    AttentionLoop& hop = loop.hops[k];
    hop.keys = memory.keys[k];
    hop.values = memory.regions;
    hop.score_weight = parameters_.var(hops_[k].score);
    hop.query = hops_[k].query.apply(tape, u);
    hop.alpha = packed_rows(tape, B, L, wide(type), device);
    hop.z = packed_rows(tape, B, options_.hidden, type, device);
    hop.map = map;
    hop.rows = {loop.offset.data(), 1};
    attention_begin(tape, hop);
    attention_step(tape, hop, 0);
    const Var sum = add(tape, hop.z, u);
    u = options_.fusion == VqaFusion::kSum ? sum : add(tape, sum, multiply(tape, hop.z, u));
  }
  return output_.apply(tape, dropped(u, kAnswerSite), padded_width(device, answers_));
}

}  // namespace storyteller
