// Words that are read often are multiplied once: products and gradients stay those of all rows.
#include "model/decoder/word_embedding.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "model/decoder/distinct_words.h"

namespace storyteller::word_embedding_test {
namespace {

using Integers = std::vector<int32_t>;

Tensor words_of(const Integers& words) {
  return Tensor::from({std::ssize(words)}, words, Device::cpu());
}

TEST(DistinctWords, AreThoseThatComeFirst) {
  const DistinctWords distinct = distinct_words(words_of({4, 1, 4, 0, 1, 1}), 5);
  EXPECT_EQ(distinct.words.to_host<int32_t>(), (Integers{4, 1, 0}));
  EXPECT_EQ(distinct.row.to_host<int32_t>(), (Integers{0, 1, 0, 2, 1, 1}));
}

constexpr int64_t kWords = 6, kEmbedding = 5, kGates = 7;

/// Products and gradients of a layer behind an embedding.
struct Products {
  explicit Products(const Integers& words, bool together, float dropout = 0) {
    Parameters parameters;
    parameters.add_group({.name = "decoder"});
    const WordEmbedding embedding(
        {.vocabulary = kWords, .embedding = kEmbedding, .embedding_dropout = dropout}, parameters);
    const auto weight = parameters.declare("weight", {kGates, kEmbedding}, Initializer::uniform(1));
    const auto bias = parameters.declare("bias", {kGates}, Initializer::uniform(1));
    parameters.allocate(DType::kFloat64, Device::cpu(), 3, true);
    parameters.forget_gradients();
    Tape tape(Tape::Mode::kTrain);
    const Tensor read = words_of(words);
    const std::vector<uint64_t> keys(words.begin(), words.end());
    const DropoutSite site{.seed = 1, .step = 1, .row_key = keys.data()};
    const Var rows = embedding.rows(tape, read, site);
    const Var w = parameters.var(weight), b = parameters.var(bias);
    const Var y =
        together ? embedding.product(tape, rows, read, site, w, b) : linear(tape, rows, w, b);
    nodes = tape.recorded_nodes();
    value = y.value().to_host<double>();
    // A loss whose gradient differs from row to row: the entropy of guessing word n % kGates.
    Integers targets;
    for (size_t n = 0; n < words.size(); ++n) targets.push_back(static_cast<int32_t>(n) % kGates);
    tape.backward({cross_entropy(tape, y, words_of(targets), Tensor(), 0)});
    parameters.complete_gradients();
    gradient = parameters.gradients().to_host<double>();
  }
  std::vector<double> value, gradient;
  size_t nodes = 0;
};

void expect_near(const std::vector<double>& got, const std::vector<double>& wanted) {
  ASSERT_EQ(got.size(), wanted.size());
  for (size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], wanted[i], 1e-14) << i;
}

TEST(WordEmbedding, ProductsAndGradientsAreThoseOfAllRows) {
  const Integers words = {4, 1, 4, 0, 1, 1, 4, 4, 4, 1};
  const Products together(words, true), apart(words, false);
  EXPECT_GT(together.nodes, apart.nodes);
  expect_near(together.value, apart.value);
  expect_near(together.gradient, apart.gradient);
}

TEST(WordEmbedding, RowsStayApartWhereThatSavesNothing) {
  const Integers different = {4, 1, 0, 2, 3, 5};
  EXPECT_EQ(Products(different, true).nodes, Products(different, false).nodes);
}

TEST(WordEmbedding, RowsStayApartWhereTheirUnitsAreDropped) {
  const Integers words(12, 3);
  const Products together(words, true, 0.5F), apart(words, false, 0.5F);
  EXPECT_EQ(together.nodes, apart.nodes);
  EXPECT_EQ(together.gradient, apart.gradient);
}

}  // namespace
}  // namespace storyteller::word_embedding_test
