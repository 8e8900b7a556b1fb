#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "core/parameters.h"
#include "model/decoder/cells/recurrent_cell.h"
#include "model/decoder/decoder_options.h"

namespace storyteller {

/// Decoders written from their formulas as plainly as can be: one caption, one word after the
/// other, in double.
class DecoderReference {
 public:
  using Array = std::vector<double>;

  DecoderReference(const DecoderOptions& options, const Parameters& parameters)
      : options_(options), parameters_(parameters), cell_("decoder." + name_of(options.cell)) {}

  struct Said {
    std::vector<Array> logits;     // of each word that was read: (V)
    std::vector<Array> alpha;      // (L); none where the decoder does not attend
    std::vector<double> sentinel;  // what adaptive attention gives to no region
  };

  /// `regions` (L,D) of one picture, and the words that are read. `drawn`: the region that hard
  /// attention looks at for each word; none: all, by their weight.
  Said read(std::vector<Array> regions, const std::vector<int>& words,
            const std::vector<int>& drawn = {}) const {
    Array mean(regions[0].size(), 0.0);
    for (Array& region : regions) {
      for (size_t d = 0; d < region.size(); ++d) {
        region[d] *= options_.feature_scale;
        mean[d] += region[d] / static_cast<double>(regions.size());
      }
    }
    Said said;
    State state = first_state(mean), spoken = state;
    Array before(state.h.size(), 0.0);  // what attention on attention let through
    for (size_t t = 0; t < words.size(); ++t) {
      const Array word = row(value("decoder.embedding.weight"), words[t], options_.embedding);
      Array alpha, z;
      switch (options_.kind) {
        case DecoderKind::kSoft:
        case DecoderKind::kHard:
          z = context(regions, state.h, word, &alpha, drawn.empty() ? -1 : drawn[t]);
          state = step(cell_, plus(word_gates(word), product(cell_ + ".context.weight", z)), state);
          said.logits.push_back(score(state.h, word, z));
          break;
        case DecoderKind::kFixed:
          state = step(cell_, plus(word_gates(word), every_word(mean)), state);
          said.logits.push_back(score(state.h, word, z));
          break;
        case DecoderKind::kAtt2in:
          z = context(regions, state.h, word, &alpha);
          state = step(cell_, add_candidate(word_gates(word), z), state);
          said.logits.push_back(score(state.h, word, z));
          break;
        case DecoderKind::kTopDown: {
          const std::string attending = "decoder.attending." + name_of(options_.cell),
                            speaking = "decoder.speaking." + name_of(options_.cell);
          Array gates = plus(product(attending + ".word.weight", word), value(attending + ".bias"));
          gates = plus(gates, product(attending + ".picture.weight", mean));
          gates = plus(gates, product(attending + ".spoken.weight", spoken.h));
          state = step(attending, gates, state);
          z = context(regions, state.h, word, &alpha);
          gates = plus(product(speaking + ".attended.weight", state.h), value(speaking + ".bias"));
          spoken = step(speaking, plus(gates, product(speaking + ".context.weight", z)), spoken);
          said.logits.push_back(score(spoken.h, word, z));
          break;
        }
        case DecoderKind::kAoa:
          aoa_step(regions, word, &before, &state, &said);
          continue;
        case DecoderKind::kAdaptive:
          adaptive_step(regions, mean, word, &state, &said);
          continue;
      }
      if (!alpha.empty()) said.alpha.push_back(alpha);
    }
    return said;
  }

 private:
  struct State {
    Array h, c, sentinel;
  };

  bool attends() const { return options_.kind != DecoderKind::kFixed; }
  double squash(double x) const {
    return options_.score == ScoreFunction::kTanh ? std::tanh(x) : std::max(x, 0.0);
  }
  static double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

  Array value(const std::string& name) const {
    return parameters_.value(parameters_.find(name)).to_host<double>();
  }
  static Array row(const Array& matrix, int64_t index, int64_t width) {
    return {matrix.begin() + index * width, matrix.begin() + (index + 1) * width};
  }
  static Array plus(Array a, const Array& b) {
    for (size_t i = 0; i < a.size(); ++i) a[i] += b[i];
    return a;
  }
  template <class F>
  static Array each(Array x, F&& f) {
    for (double& element : x) element = f(element);
    return x;
  }
  static double hyperbolic(double x) { return std::tanh(x); }
  static double positive(double x) { return std::max(x, 0.0); }
  Array product(const std::string& name, const Array& x) const {
    const Array weight = value(name);
    Array y(weight.size() / x.size(), 0.0);
    for (size_t n = 0; n < y.size(); ++n) {
      for (size_t k = 0; k < x.size(); ++k) y[n] += weight[n * x.size() + k] * x[k];
    }
    return y;
  }
  Array affine(const std::string& name, const Array& x) const {
    return plus(product(name + ".weight", x), value(name + ".bias"));
  }

  Array word_gates(const Array& word) const {
    return plus(product(cell_ + ".word.weight", word), value(cell_ + ".bias"));
  }
  /// What the picture adds to the gates of every word.
  Array every_word(const Array& mean) const {
    Array gates = value(cell_ + ".bias");
    if (options_.image_input == ImageInput::kEvery) {
      return product(cell_ + ".word.weight", product("decoder.picture.weight", mean));
    }
    std::fill(gates.begin(), gates.end(), 0.0);
    return gates;
  }
  /// gates + W_z z on the candidate of the cell.
  Array add_candidate(Array gates, const Array& z) const {
    const Array added = product(cell_ + ".context.weight", z);
    const auto first = static_cast<size_t>(traits_of(options_.cell).candidate * options_.hidden);
    for (size_t i = 0; i < added.size(); ++i) gates[first + i] += added[i];
    return gates;
  }

  State first_state(const Array& mean) const {
    const Array zero(static_cast<size_t>(options_.hidden), 0.0);
    if (options_.kind == DecoderKind::kFixed && options_.image_input == ImageInput::kEvery) {
      return {zero, zero, {}};
    }
    if (options_.kind == DecoderKind::kFixed && options_.image_input == ImageInput::kFirst) {
      return step(cell_, word_gates(product("decoder.picture.weight", mean)), {zero, zero, {}});
    }
    if (options_.initial_state == InitialState::kZero) return {zero, zero, {}};
    const Array from = options_.initial_state == InitialState::kMlp
                           ? each(affine("decoder.initial.mean", mean), positive)
                           : mean;
    const auto first = [&](const std::string& name) {
      const Array x = affine("decoder.initial." + name, from);
      return options_.initial_state == InitialState::kLinear ? x : each(x, hyperbolic);
    };
    const bool has_cell = traits_of(options_.cell).carried == CellTraits::Carried::kCell;
    return {first("hidden"), has_cell ? first("cell") : zero, {}};
  }

  /// q + what the key has, squashed and weighed.
  double score_of(const Array& key, const Array& query) const {
    const Array weight = value("decoder.attention.score.weight");
    double e = 0;
    for (size_t a = 0; a < key.size(); ++a) e += weight[a] * squash(key[a] + query[a]);
    return e;
  }
  Array query_of(const Array& h, const Array& word) const {
    const Array query = affine("decoder.attention.query", h);
    return options_.query == AttentionQuery::kHidden
               ? query
               : plus(query, product("decoder.attention.query.word.weight", word));
  }

  Array context(const std::vector<Array>& regions, const Array& h, const Array& word, Array* alpha,
                int drawn = -1) const {
    const Array query = query_of(h, word);
    double sum = 0;
    for (const Array& region : regions) {
      alpha->push_back(std::exp(score_of(affine("decoder.attention.key", region), query)));
      sum += alpha->back();
    }
    Array z(regions[0].size(), 0.0);
    for (size_t l = 0; l < regions.size(); ++l) {
      (*alpha)[l] /= sum;
      const double share = drawn < 0 ? (*alpha)[l] : (drawn == static_cast<int>(l) ? 1.0 : 0.0);
      for (size_t d = 0; d < z.size(); ++d) z[d] += share * regions[l][d];
    }
    if (options_.gate == ContextGate::kNone) return z;
    const Array gate = each(affine("decoder.attention.gate", h), sigmoid);
    for (size_t d = 0; d < z.size(); ++d) z[d] *= gate[gate.size() == 1 ? 0 : d];
    return z;
  }

  /// Lu 2017, equations 3 to 13: regions and sentinel under one softmax.
  void adaptive_step(const std::vector<Array>& features, const Array& mean, const Array& word,
                     State* state, Said* said) const {
    std::vector<Array> regions;
    for (const Array& feature : features) {
      regions.push_back(each(affine("decoder.region", feature), positive));
    }
    const Array picture = each(affine("decoder.picture", mean), positive);
    Array gates = plus(product("decoder.lstm.word.weight", word), value("decoder.lstm.bias"));
    gates = plus(gates, product("decoder.lstm.picture.weight", picture));
    *state = step("decoder.lstm", gates, *state, /*with_sentinel=*/true);

    const Array query = query_of(state->h, word);
    std::vector<double> weights;
    for (const Array& region : regions) {
      weights.push_back(std::exp(score_of(affine("decoder.attention.key", region), query)));
    }
    const Array key = affine("decoder.sentinel.key", state->sentinel);
    weights.push_back(std::exp(score_of(key, query)));
    double sum = 0;
    for (const double weight : weights) sum += weight;
    for (double& weight : weights) weight /= sum;

    Array z(state->h.size(), 0.0);
    const Array gate = options_.gate == ContextGate::kNone
                           ? Array{1.0}
                           : each(affine("decoder.attention.gate", state->h), sigmoid);
    for (size_t l = 0; l < regions.size(); ++l) {
      for (size_t d = 0; d < z.size(); ++d) {
        z[d] += weights[l] * regions[l][d] * gate[gate.size() == 1 ? 0 : d];
      }
    }
    for (size_t d = 0; d < z.size(); ++d) z[d] += weights.back() * state->sentinel[d];
    const Array h = options_.output == OutputLayer::kPlain ? plus(state->h, z) : state->h;
    said->logits.push_back(score(h, word, z));
    said->sentinel.push_back(weights.back());
    weights.pop_back();
    said->alpha.push_back(weights);
  }

  /// Huang 2019, section 3.3: information and gate of what was attended to and of the state.
  void aoa_step(const std::vector<Array>& features, const Array& word, Array* before, State* state,
                Said* said) const {
    std::vector<Array> regions;
    Array mean(state->h.size(), 0.0), alpha;
    for (const Array& feature : features) {
      regions.push_back(each(affine("decoder.region", feature), positive));
      mean = plus(mean, regions.back());
    }
    for (double& x : mean) x /= static_cast<double>(regions.size());
    const Array seen = product(cell_ + ".picture.weight", plus(mean, *before));
    *state = step(cell_, plus(word_gates(word), seen), *state);
    const Array z = context(regions, state->h, word, &alpha);
    const Array halves = plus(plus(product("decoder.context.attended.weight", z),
                                   product("decoder.context.hidden.weight", state->h)),
                              value("decoder.context.bias"));
    const size_t H = before->size();
    for (size_t j = 0; j < H; ++j) (*before)[j] = halves[j] * sigmoid(halves[H + j]);
    said->logits.push_back(score(*before, word, z));
    said->alpha.push_back(alpha);
  }

  State step(const std::string& cell, const Array& gates, const State& state,
             bool with_sentinel = false) const {
    const auto H = static_cast<size_t>(options_.hidden);
    const Array of_state = product(cell + ".hidden.weight", state.h);
    State next = state;
    next.sentinel.resize(H);
    for (size_t j = 0; j < H; ++j) {
      const auto a = [&](size_t gate) { return gates[gate * H + j] + of_state[gate * H + j]; };
      switch (options_.cell) {
        case CellKind::kRnn:
          next.h[j] = std::tanh(a(0));
          break;
        case CellKind::kReluRnn:
          next.h[j] = std::max(a(0), 0.0);
          break;
        case CellKind::kLstm:
        case CellKind::kSentinelLstm:
          next.c[j] = sigmoid(a(1)) * state.c[j] + sigmoid(a(0)) * std::tanh(a(2));
          next.h[j] = sigmoid(a(3)) * std::tanh(next.c[j]);
          if (with_sentinel) next.sentinel[j] = sigmoid(a(4)) * std::tanh(next.c[j]);
          break;
        case CellKind::kMaxOutLstm:
          next.c[j] = sigmoid(a(1)) * state.c[j] + sigmoid(a(0)) * std::max(a(3), a(4));
          next.h[j] = sigmoid(a(2)) * std::tanh(next.c[j]);
          break;
        case CellKind::kGru: {
          const Array bias = value(cell + ".hidden.bias");
          const double r = sigmoid(a(0) + bias[j]), z = sigmoid(a(1) + bias[H + j]);
          const double n =
              std::tanh(gates[2 * H + j] + r * (of_state[2 * H + j] + bias[2 * H + j]));
          next.h[j] = (1 - z) * n + z * state.h[j];
          break;
        }
      }
    }
    return next;
  }

  Array score(const Array& h, const Array& word, const Array& z) const {
    Array x = h;
    if (options_.output == OutputLayer::kDeep) {
      x = plus(affine("decoder.output.hidden", h), word);
      if (attends()) x = plus(x, product("decoder.output.context.weight", z));
      x = each(x, hyperbolic);
    }
    const Array logits = affine("decoder.output", x);
    return options_.output == OutputLayer::kSum
               ? plus(logits, product("decoder.output.context.weight", z))
               : logits;
  }

  DecoderOptions options_;
  const Parameters& parameters_;
  std::string cell_;
};

}  // namespace storyteller
