#include "train/metrics/spice/parser.h"

#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <string>

#include "tools/train_spice_model/perceptron.h"
#include "train/metrics/spice/syntax_model.h"

namespace storyteller::spice::parser_test {
namespace {

using Heads = std::vector<int32_t>;

/// One root, no cycle, and every arc's words between its ends descend from its head.
void expect_projective_tree(const DependencyTree& tree) {
  const auto size = static_cast<int32_t>(tree.size());
  if (size == 0) return;
  EXPECT_EQ(std::count(tree.heads.begin(), tree.heads.end(), kNoHead), 1);
  for (int32_t word = 0; word < size; ++word) {
    const int32_t head = tree.heads[word];
    EXPECT_EQ(head == kNoHead, tree.labels[word] == Label::kRoot);
    if (head == kNoHead) continue;
    for (int32_t between = std::min(word, head) + 1; between < std::max(word, head); ++between) {
      int32_t up = between;
      for (int32_t step = 0; up != kNoHead && up != head && up != word; ++step) {
        ASSERT_LE(step, size) << "a cycle";
        up = tree.heads[up];
      }
      EXPECT_NE(up, kNoHead) << "arc " << head << " -> " << word << " is crossed";
    }
  }
}

bool is_projective_tree(const Heads& heads) {
  const auto size = static_cast<int32_t>(heads.size());
  if (std::count(heads.begin(), heads.end(), kNoHead) != 1) return false;
  const auto above = [&](int32_t word, int32_t wanted) {
    for (int32_t step = 0; step <= size; ++step) {
      if (word == wanted) return true;
      if (word == kNoHead) return false;
      word = heads[word];
    }
    return false;
  };
  for (int32_t word = 0; word < size; ++word) {
    if (!above(word, kNoHead)) return false;
    if (heads[word] == kNoHead) continue;
    const auto [low, high] = std::minmax(word, heads[word]);
    for (int32_t between = low + 1; between < high; ++between) {
      if (!above(between, heads[word])) return false;
    }
  }
  return true;
}

std::vector<Heads> projective_trees(int32_t size) {
  std::vector<Heads> trees;
  Heads heads(size, kNoHead);
  for (;;) {
    if (is_projective_tree(heads)) trees.push_back(heads);
    int32_t i = 0;
    while (i < size && ++heads[i] == size) heads[i++] = kNoHead;
    if (i == size) return trees;
  }
}

/// Gold arcs (the root has none) that the best way on from `state` misses; checks every state below
/// it against the oracle.
int32_t check_oracle(const ParserState& state, const Heads& gold) {
  if (state.finished()) {
    int32_t missed = 0;
    for (size_t i = 0; i < gold.size(); ++i) {
      missed += gold[i] != kNoHead && state.tree().heads[i] != gold[i];
    }
    return missed;
  }
  std::array<int32_t, kTransitions> loss{};
  int32_t best = INT32_MAX;
  for (int k = 0; k < kTransitions; ++k) {
    if (!state.allows(static_cast<Transition>(k))) continue;
    ParserState next = state;
    next.apply(static_cast<Transition>(k), Label::kOther);
    loss[k] = check_oracle(next, gold);
    best = std::min(best, loss[k]);
  }
  const auto costs = oracle_costs(state, gold);
  for (int k = 0; k < kTransitions; ++k) {
    if (!state.allows(static_cast<Transition>(k))) continue;
    EXPECT_EQ(costs[k], loss[k] - best);
  }
  return best;
}

TEST(ArcHybridOracle, EqualsExhaustiveSearch) {
  const std::array<size_t, 4> known = {1, 2, 7, 30};  // projective trees with one root
  for (int32_t size = 1; size <= 4; ++size) {
    const auto trees = projective_trees(size);
    EXPECT_EQ(trees.size(), known[size - 1]);
    for (const Heads& gold : trees) {
      ParserState state;
      state.start(size);
      EXPECT_EQ(check_oracle(state, gold), 0) << "a projective tree can be reached";
      if (HasFailure()) return;
    }
  }
}

TEST(ArcHybrid, EveryOrderOfTransitionsEndsInAProjectiveTree) {
  uint64_t seed = 1;
  for (int round = 0; round < 300; ++round) {
    ParserState state;
    state.start(round % 12);
    int steps = 0;
    while (!state.finished()) {
      seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
      const auto transition = static_cast<Transition>((seed >> 33) % kTransitions);
      if (!state.allows(transition)) continue;
      state.apply(transition, Label::kDet);
      ++steps;
    }
    EXPECT_EQ(steps, round % 12 == 0 ? 0 : 2 * (round % 12) - 1);
    expect_projective_tree(state.tree());
  }
}

TEST(WeightTable, FindsWhatWasInsertedAndNothingElse) {
  WeightTable<kTransitions> table(64);
  std::vector<Feature> inserted;
  for (uint64_t i = 0; i < 40; ++i) {
    const std::array<int8_t, kTransitions> row = {static_cast<int8_t>(i), -3, 127};
    const Feature feature = make_feature(7, i);
    if (table.insert(feature, row)) inserted.push_back(feature);
  }
  EXPECT_EQ(table.used(), inserted.size());
  EXPECT_GT(inserted.size(), 30);
  std::array<int32_t, kTransitions> sum{};
  for (const Feature feature : inserted) {
    const auto one = table.score(std::array{feature});
    EXPECT_EQ(one[1], -3);
    for (int k = 0; k < kTransitions; ++k) sum[k] += one[k];
  }
  EXPECT_EQ(table.score(inserted), sum);
  EXPECT_EQ(table.score(std::array{make_feature(8, 1)}), (std::array<int32_t, 3>{}));
}

TEST(Perceptron, AveragesOverAllSteps) {
  // Weights of class 1 after steps 1..4: 1, 1, 1, 2; with the start of 0 their mean is 1.
  Perceptron<kTransitions> perceptron;
  const std::array<Feature, 1> feature = {make_feature(1, 1)};
  perceptron.update(feature, 1, 0);
  perceptron.update(feature, 1, 1);
  perceptron.update(feature, 1, 1);
  perceptron.update(feature, 1, 2);
  EXPECT_EQ(perceptron.score(feature), (std::array<int32_t, 3>{-1, 2, -1}));
  // Means -4/5, 1, -1/5; in bytes of which 127 stands for the .9995 quantile of their sizes, 4/5.
  const auto table = Perceptron<kTransitions>::frozen(std::array{perceptron}, 16);
  EXPECT_EQ(table.score(feature), (std::array<int32_t, 3>{-127, 127, -32}));
}

TEST(Parser, AnyInputGivesAProjectiveTree) {
  const auto model = built_in_syntax_model();
  const std::vector<std::vector<std::string>> inputs = {
      {},
      {""},
      {"dog"},
      {"\xff\xfe", "\xc3", "\xf0\x9f\x90\xb6", "\xf0\x9f\x90\xb6"},
      {"of", "of", "of", "the", "the"},
      {"22\xc2\xa0"
       "3/4",
       "-lrb-", ",", ".", "!!!"},
      {std::string(100000, 'a'), "dog"},
      std::vector<std::string>(500, "and"),
  };
  for (const auto& words : inputs) {
    const ParsedCaption parsed = model->parse(words);
    EXPECT_EQ(parsed.tags.size(), words.size());
    EXPECT_EQ(parsed.tree.size(), words.size());
    expect_projective_tree(parsed.tree);
  }
}

TEST(Parser, TimeIsLinearInTheWords) {
  const auto model = built_in_syntax_model();
  const auto seconds = [&](size_t count) {
    std::vector<std::string> words;
    for (size_t i = 0; i < count; ++i)
      words.emplace_back(i % 3 == 2 ? "near" : i % 3 ? "dog" : "a");
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(model->parse(words).tags.size(), count);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  const double one = std::min({seconds(10'000), seconds(10'000), seconds(10'000)});
  EXPECT_LT(seconds(100'000), 60 * one + 0.1);  // a quadratic one would take 100 times as long
}

}  // namespace
}  // namespace storyteller::spice::parser_test
