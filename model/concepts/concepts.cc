#include "model/concepts/concepts.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "core/ops/constant.h"

namespace storyteller {
namespace {

/// The first `count` elements of each row, as float.
std::vector<float> leading(const Tensor& rows, int64_t count) {
  const std::vector<float> all = to_host_float(rows);
  const auto width = rows.size(1);
  std::vector<float> some;
  some.reserve(static_cast<size_t>(rows.size(0) * count));
  for (int64_t row = 0; row < rows.size(0); ++row) {
    some.insert(some.end(), all.begin() + row * width, all.begin() + row * width + count);
  }
  return some;
}

}  // namespace

Concepts::Concepts(const ConceptOptions& options, ConceptTable table, int64_t feature_width,
                   Parameters& parameters)
    : options_(options), table_(std::move(table)), parameters_(parameters) {
  const auto K = static_cast<int64_t>(table_.size());
  if (K == 0) throw InternalError("Concepts: a table without words");
  embedding_ =
      parameters.declare("concepts.embedding", {K, feature_width}, Initializer::normal(0.5F));
  weight_ = parameters.declare("concepts.weight", {K, feature_width}, Initializer::normal(0.01F));
  bias_ = parameters.declare("concepts.bias", {K}, Initializer::constant(-4));
  if (table_.of_class.empty()) return;
  const auto classes = static_cast<int64_t>(table_.of_class.size());
  parameters.add_group({.name = "classifier", .trainable = false});
  classifier_weight_ =
      parameters.declare("classifier.weight", {classes, feature_width}, Initializer::constant(0));
  classifier_bias_ = parameters.declare("classifier.bias", {classes}, Initializer::constant(0));
}

Var Concepts::scores(Tape& tape, const Var& features) const {
  return linear(tape, region_mean(tape, features), parameters_.var(weight_), parameters_.var(bias_),
                padded_width(features.value().device(), size()));
}

/// Of a picture the classes are exclusive: a concept is as probable as all of its kinds together.
void Concepts::add_classes(const Var& mean, std::vector<float>* probabilities) const {
  const int64_t classes = std::ssize(table_.of_class), K = size();
  Tape tape(Tape::Mode::kInfer);
  const Var rows =
      linear(tape, mean, parameters_.var(classifier_weight_), parameters_.var(classifier_bias_),
             padded_width(mean.value().device(), classes));
  std::vector<float> logits = leading(rows.value(), classes);
  std::vector<double> of_concept(static_cast<size_t>(K));
  for (int64_t i = 0; i < mean.shape()[0]; ++i) {
    const std::span<float> of_picture =
        std::span(logits).subspan(static_cast<size_t>(i * classes), static_cast<size_t>(classes));
    const float top = *std::ranges::max_element(of_picture);
    std::ranges::fill(of_concept, 0.0);
    double sum = 0;
    for (size_t c = 0; c < of_picture.size(); ++c) {
      const double e = std::exp(static_cast<double>(of_picture[c] - top));
      sum += e;
      for (const int k : table_.of_class[c]) of_concept[static_cast<size_t>(k)] += e;
    }
    for (int64_t k = 0; k < K; ++k) {
      float& p = (*probabilities)[static_cast<size_t>(i * K + k)];
      p = std::max(p, static_cast<float>(of_concept[static_cast<size_t>(k)] / sum));
    }
  }
}

std::vector<float> Concepts::probabilities(const Tensor& features) const {
  Tape tape(Tape::Mode::kInfer);
  const Var mean = region_mean(tape, Var(features));
  const Var rows = linear(tape, mean, parameters_.var(weight_), parameters_.var(bias_),
                          padded_width(features.device(), size()));
  std::vector<float> p = leading(rows.value(), size());
  for (float& score : p) score = 1 / (1 + std::exp(-score));
  if (classifier_weight_ >= 0) add_classes(mean, &p);
  return p;
}

SeenConcepts Concepts::detect(const Tensor& features) const {
  const std::vector<float> p = probabilities(features);
  const auto K = static_cast<size_t>(size());
  SeenConcepts seen(static_cast<size_t>(features.size(0)));
  for (size_t i = 0; i < seen.size(); ++i) {
    for (size_t k = 0; k < K; ++k) {
      const float probability = p[i * K + k];
      if (probability < options_.threshold) continue;
      seen[i].push_back({static_cast<int>(k), probability});
    }
    std::ranges::stable_sort(seen[i], std::ranges::greater{}, &SeenConcept::p);
    seen[i].resize(std::min(seen[i].size(), static_cast<size_t>(inputs())));
  }
  return seen;
}

Var Concepts::beside(Tape& tape, const Var& features, const SeenConcepts& seen) const {
  const int64_t I = features.shape()[0], L = features.shape()[1], D = features.shape()[2];
  const int64_t C = inputs();
  if (std::ssize(seen) != I) throw InternalError("Concepts::beside: of other pictures");
  std::vector<int32_t> numbers(static_cast<size_t>(I * C));
  std::vector<float> factors(static_cast<size_t>(I * C * D));
  for (size_t i = 0; i < seen.size(); ++i) {
    if (std::ssize(seen[i]) > C) throw InternalError("Concepts::beside: more than there is room");
    for (size_t c = 0; c < seen[i].size(); ++c) {
      const size_t row = i * static_cast<size_t>(C) + c;
      numbers[row] = seen[i][c].number;
      std::fill_n(factors.begin() + static_cast<std::ptrdiff_t>(row) * D, D, seen[i][c].p);
    }
  }
  const Tensor& like = features.value();
  const Var embedded =
      embedding(tape, parameters_.var(embedding_), Tensor::from({I * C}, numbers, like.device()));
  const Var rows =
      multiply(tape, embedded, Var(constant({I * C, D}, factors, like.dtype(), like.device())));
  const Var both = concat(tape, reshape(tape, features, {I, 1, 1, L * D}),
                          reshape(tape, rows, {I, 1, 1, C * D}));
  return reshape(tape, both, {I, L + C, D});
}

}  // namespace storyteller
