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
    std::vector<Array> logits;  // of each word that was read: (V)
    std::vector<Array> alpha;   // (L); none where the decoder does not attend
  };

  /// `regions` (L,D) of one picture, and the words that are read.
  Said read(std::vector<Array> regions, const std::vector<int>& words) const {
    Array mean(regions[0].size(), 0.0);
    for (Array& region : regions) {
      for (size_t d = 0; d < region.size(); ++d) {
        region[d] *= options_.feature_scale;
        mean[d] += region[d] / static_cast<double>(regions.size());
      }
    }
    State state = first_state(mean);
    Said said;
    for (const int word : words) {
      const Array embedded = row(value("decoder.embedding.weight"), word, options_.embedding);
      Array z;
      if (attends()) {
        said.alpha.push_back({});
        z = context(regions, state.h, embedded, &said.alpha.back());
      }
      Array gates = plus(product(cell_ + ".word.weight", embedded), value(cell_ + ".bias"));
      if (attends()) gates = plus(gates, product(cell_ + ".context.weight", z));
      state = step(gates, state);
      said.logits.push_back(score(state.h, embedded, z));
    }
    return said;
  }

 private:
  struct State {
    Array h, c;
  };

  bool attends() const { return options_.kind == DecoderKind::kSoft; }
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

  State first_state(const Array& mean) const {
    const Array zero(static_cast<size_t>(options_.hidden), 0.0);
    if (!attends()) {
      const Array picture = product("decoder.picture.weight", mean);
      return step(plus(product(cell_ + ".word.weight", picture), value(cell_ + ".bias")),
                  {zero, zero});
    }
    const auto first = [&](const std::string& name) {
      const Array x = affine("decoder.initial." + name, mean);
      return options_.initial_state == InitialState::kTanh ? each(x, hyperbolic) : x;
    };
    return {first("hidden"), options_.cell == CellKind::kLstm ? first("cell") : zero};
  }

  Array context(const std::vector<Array>& regions, const Array& h, const Array& word,
                Array* alpha) const {
    Array query = affine("decoder.attention.query", h);
    if (options_.query == AttentionQuery::kHiddenAndWord) {
      query = plus(query, product("decoder.attention.query.word.weight", word));
    }
    const Array weight = value("decoder.attention.score.weight");
    double sum = 0;
    for (const Array& region : regions) {
      const Array x = plus(affine("decoder.attention.key", region), query);
      double e = 0;
      for (size_t a = 0; a < x.size(); ++a) e += weight[a] * std::tanh(x[a]);
      alpha->push_back(std::exp(e));
      sum += std::exp(e);
    }
    Array z(regions[0].size(), 0.0);
    for (size_t l = 0; l < regions.size(); ++l) {
      (*alpha)[l] /= sum;
      for (size_t d = 0; d < z.size(); ++d) z[d] += (*alpha)[l] * regions[l][d];
    }
    const Array gate = each(affine("decoder.attention.gate", h), sigmoid);
    for (size_t d = 0; d < z.size(); ++d) z[d] *= gate[gate.size() == 1 ? 0 : d];
    return z;
  }

  State step(const Array& gates, const State& state) const {
    const auto H = static_cast<size_t>(options_.hidden);
    const Array of_state = product(cell_ + ".hidden.weight", state.h);
    State next = state;
    for (size_t j = 0; j < H; ++j) {
      const auto a = [&](size_t gate) { return gates[gate * H + j] + of_state[gate * H + j]; };
      switch (options_.cell) {
        case CellKind::kRnn:
          next.h[j] = std::tanh(a(0));
          break;
        case CellKind::kLstm:
          next.c[j] = sigmoid(a(1)) * state.c[j] + sigmoid(a(0)) * std::tanh(a(2));
          next.h[j] = sigmoid(a(3)) * std::tanh(next.c[j]);
          break;
        case CellKind::kGru: {
          const Array bias = value(cell_ + ".hidden.bias");
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
