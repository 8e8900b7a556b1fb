// Every op refuses shapes that do not go together, naming itself and what it got.
#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/ops/ops.h"

namespace storyteller::shape_errors_test {
namespace {

Var zeros(Shape shape) { return Var(Tensor::zeros(shape, DType::kFloat32, Device::cpu())); }

Tensor tokens(int64_t n) { return Tensor::zeros({n}, DType::kInt32, Device::cpu()); }

void expect_error(const std::function<void(Tape&)>& op, std::initializer_list<const char*> parts) {
  Tape tape(Tape::Mode::kTrain);
  try {
    op(tape);
    ADD_FAILURE() << "no error, wanted: " << *parts.begin();
  } catch (const InternalError& error) {
    for (const char* part : parts) {
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    }
  }
}

TEST(ShapeErrors, NameTheOpAndTheShapes) {
  expect_error([](Tape& t) { add(t, zeros({2, 3}), zeros({3, 2})); }, {"add", "(2, 3)", "(3, 2)"});
  expect_error([](Tape& t) { multiply(t, zeros({2}), zeros({3})); }, {"multiply", "(2)", "(3)"});
  expect_error(
      [](Tape& t) {
        concat(t, zeros({2, 3, 4, 1}), zeros({2, 4, 3, 1}));
      },
      {"concat", "(2, 3, 4, 1)", "(2, 4, 3, 1)"});
  expect_error([](Tape& t) { region_mean(t, zeros({2, 3})); }, {"region_mean", "(2, 3)"});
  expect_error(
      [](Tape& t) {
        linear(t, zeros({2, 3}), zeros({4, 5}), Var());
      },
      {"linear", "(2, 3)", "(4, 5)"});
  expect_error(
      [](Tape& t) {
        linear(t, zeros({2, 3}), zeros({4, 3}), zeros({3}));
      },
      {"linear", "(3)", "(4, 3)"});
  expect_error([](Tape& t) { embedding(t, zeros({4}), tokens(2)); }, {"embedding", "(4)"});
  expect_error(
      [](Tape& t) {
        cross_entropy(t, zeros({2, 3}), tokens(3), Tensor(), 0);
      },
      {"cross_entropy", "(2, 3)", "(3)"});
  expect_error(
      [](Tape& t) {
        soft_cross_entropy(t, zeros({2, 3}), zeros({2, 4}).value(), Tensor(), Tensor());
      },
      {"soft_cross_entropy", "(2, 3)", "(2, 4)"});
  expect_error(
      [](Tape& t) {
        soft_cross_entropy(t, zeros({2, 3}), zeros({2, 3}).value(), tokens(3), Tensor());
      },
      {"soft_cross_entropy", "(2, 3)", "(3)"});
  expect_error(
      [](Tape&) {
        Tensor sum = zeros({3, 2}).value();
        add_softmax(zeros({2, 3}).value(), 1, 0, &sum);
      },
      {"add_softmax", "(2, 3)", "(3, 2)"});
  expect_error(
      [](Tape& t) {
        lstm_cell(t, zeros({2, 9}), zeros({2, 2}), zeros({2, 2}));
      },
      {"lstm_cell", "(2, 9)", "(2, 2)"});
  expect_error(
      [](Tape& t) {
        lstm_cell(t, zeros({2, 8}), zeros({2, 2}), zeros({3, 2}));
      },
      {"lstm_cell", "(3, 2)", "(2, 2)"});
  expect_error(
      [](Tape& t) {
        gru_cell(t, zeros({2, 8}), zeros({2, 8}), zeros({2, 2}), zeros({2, 2}));
      },
      {"gru_cell", "(2, 8)", "(2, 2)"});
  expect_error(
      [](Tape& t) {
        gru_cell(t, zeros({2, 6}), zeros({3, 6}), zeros({2, 2}), zeros({2, 2}));
      },
      {"gru_cell", "(3, 6)", "(2, 6)"});
  expect_error(
      [](Tape& t) {
        gru_cell(t, zeros({2, 6}), zeros({2, 6}), zeros({2, 2}), zeros({2, 3}));
      },
      {"gru_cell", "(2, 3)", "(2, 2)"});
  expect_error(
      [](Tape& t) {
        rnn_cell(t, zeros({2, 3}), zeros({2, 2}));
      },
      {"rnn_cell", "(2, 2)", "(2, 3)"});
  expect_error([](Tape& t) { glu(t, zeros({2, 3}), zeros({2, 2})); }, {"glu", "(2, 3)", "(2, 2)"});
  expect_error(
      [](Tape& t) {
        carry_rows(t, zeros({2, 3}), zeros({3, 3}));
      },
      {"carry_rows", "(2, 3)", "(3, 3)"});
  const int64_t offset[] = {0, 2};
  expect_error(
      [&](Tape& t) {
        coverage_loss(t, zeros({3, 4}), {offset, 1}, 1);
      },
      {"coverage_loss", "(3, 4)"});
}

TEST(ShapeErrors, OfAStepNameTheOpAndTheShapes) {
  PackedWeight packed;
  const StepWeight step{zeros({4, 3}), Var(), &packed}, biased{zeros({4, 3}), zeros({4}), &packed};
  expect_error(
      [&](Tape& t) {
        linear_step(t, zeros({2, 2}), step, zeros({2, 4}), false);
      },
      {"linear_step", "(2, 2)", "(4, 3)"});
  expect_error(
      [&](Tape& t) {
        linear_step(t, zeros({2, 3}), step, zeros({5, 4}), false);
      },
      {"linear_step", "(2, 3)", "(5, 4)"});
  expect_error(
      [&](Tape& t) {
        linear_step(t, zeros({2, 3}), biased, zeros({2, 4}), true);
      },
      {"linear_step", "bias"});
}

TEST(ShapeErrors, OfAttentionNameTheOpAndTheShapes) {
  static constexpr int64_t kOffset[] = {0, 2};
  const auto loop = [] {
    AttentionLoop good;
    good.keys = zeros({3, 4, 5});
    good.values = zeros({3, 4, 6});
    good.score_weight = zeros({5});
    good.query = zeros({2, 5});
    good.gate = zeros({2, 6});
    good.alpha = zeros({2, 4});
    good.z = zeros({2, 6});
    good.map = make_row_map({0, 2}, 3, Device::cpu());
    good.rows = {kOffset, 1};
    good.gate_kind = ContextGate::kVector;
    return good;
  };
  const auto broken = [&](Var AttentionLoop::*part, Shape shape, const char* shown) {
    AttentionLoop bad = loop();
    bad.*part = zeros(shape);
    expect_error([&](Tape& t) { attention_begin(t, bad); }, {"attention", shown});
  };
  Tape tape(Tape::Mode::kTrain);
  AttentionLoop good = loop();
  EXPECT_NO_THROW(attention_begin(tape, good));
  broken(&AttentionLoop::keys, {3, 5, 5}, "(3, 5, 5)");
  broken(&AttentionLoop::values, {2, 4, 6}, "(2, 4, 6)");
  broken(&AttentionLoop::score_weight, {6}, "(6)");
  broken(&AttentionLoop::query, {3, 5}, "(3, 5)");
  broken(&AttentionLoop::gate, {2, 1}, "(2, 1)");
  broken(&AttentionLoop::alpha, {2, 5}, "(2, 5)");
  broken(&AttentionLoop::z, {1, 6}, "(1, 6)");
}

TEST(RowMap, GroupsRowsByPicture) {
  const RowMap map = make_row_map({1, 3, 1, 0, 3, 1}, 4, Device::cpu());
  EXPECT_EQ(map.rows(), 6);
  EXPECT_EQ(map.images(), 4);
  EXPECT_EQ(map.image_begin.to_host<int32_t>(), (std::vector<int32_t>{0, 1, 4, 4, 6}));
  EXPECT_EQ(map.image_rows.to_host<int32_t>(), (std::vector<int32_t>{3, 0, 2, 5, 1, 4}));
  EXPECT_THROW(make_row_map({4}, 4, Device::cpu()), InternalError);
  EXPECT_THROW(make_row_map({-1}, 4, Device::cpu()), InternalError);
}

}  // namespace
}  // namespace storyteller::shape_errors_test
