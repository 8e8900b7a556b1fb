#include "core/tape.h"

#include <array>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/memory_pool.h"
#include "core/ops/ops.h"

namespace storyteller::tape_test {
namespace {

using Doubles = std::vector<double>;
constexpr auto kTrain = Tape::Mode::kTrain;

Var tracked(Tape& tape, Shape shape, const Doubles& values) {
  return tape.output(Tensor::from(shape, values), true);
}

Doubles gradient_of(const Var& x) {
  const Tensor gradient = gathered_gradient(x);
  return gradient ? gradient.to_host<double>() : Doubles();
}

TEST(Tape, NodesRunOnceAndInReverse) {
  Tape tape(kTrain);
  std::vector<int> order;
  for (int i = 0; i < 5; ++i) tape.record([&order, i] { order.push_back(i); });
  EXPECT_EQ(tape.recorded_nodes(), 5U);
  EXPECT_TRUE(order.empty());
  tape.backward({});
  EXPECT_EQ(order, (std::vector<int>{4, 3, 2, 1, 0}));
}

TEST(Tape, InferenceRecordsNothingAndTracksNothing) {
  Tape tape(Tape::Mode::kInfer);
  EXPECT_FALSE(tape.recording());
  const Var x = tracked(tape, {2}, {1, 2});
  EXPECT_FALSE(x.tracked());
  tape.record([] { FAIL() << "recorded"; });
  const Var y = multiply(tape, x, x);
  EXPECT_EQ(y.value().to_host<double>(), (Doubles{1, 4}));
  EXPECT_EQ(tape.recorded_nodes(), 0U);
  tape.backward({});
}

TEST(Tape, ConstantsLeaveNoNodes) {
  Tape tape(kTrain);
  const Var x(Tensor::from<double>({2}, {1, 2}));
  EXPECT_FALSE(add(tape, x, x).tracked());
  EXPECT_EQ(tape.recorded_nodes(), 0U);
  EXPECT_FALSE(gathered_gradient(x));
}

TEST(Tape, LossesStartWithOneEach) {
  Tape tape(kTrain);
  const Var x = tracked(tape, {1}, {3});
  const Var square = multiply(tape, x, x);
  const Var twice = add(tape, x, x);
  tape.backward({square, twice});
  EXPECT_EQ(gradient_of(x), (Doubles{2 * 3 + 2}));
}

TEST(Tape, ALossOfTwoNumbersIsAnError) {
  Tape tape(kTrain);
  const Var x = tracked(tape, {2}, {1, 2});
  try {
    tape.backward({x});
    FAIL() << "no error";
  } catch (const InternalError& error) {
    EXPECT_NE(std::string(error.what()).find("backward"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("(2)"), std::string::npos) << error.what();
  }
}

TEST(Tape, WhatNothingFlowedBackToHasNoGradient) {
  Tape tape(kTrain);
  const Var x = tracked(tape, {1}, {2});
  const Var unused = multiply(tape, x, x);
  tape.backward({});
  EXPECT_FALSE(gathered_gradient(unused));
  EXPECT_FALSE(gathered_gradient(x));
}

TEST(Tape, UsesOfAVariableAddUp) {
  Tape tape(kTrain);
  const Var x = tracked(tape, {1}, {2});
  Var power = x;
  for (int i = 0; i < 4; ++i) power = multiply(tape, power, x);  // x^5
  tape.backward({power});
  EXPECT_EQ(gradient_of(x), (Doubles{5 * 16}));
}

TEST(Tape, SumsOfOneVariableDoNotShareAGradient) {
  // add() lets one of its inputs adopt the gradient: later contributions must not reach the other.
  Tape tape(kTrain);
  const Var a = tracked(tape, {2}, {1, 2}), b = tracked(tape, {2}, {3, 4});
  const Var product = multiply(tape, a, a);
  const Var sum = add(tape, a, b);
  give_gradient(sum, Tensor::from<double>({2}, {1, 10}));
  give_gradient(product, Tensor::from<double>({2}, {1, 1}));
  tape.backward({});
  EXPECT_EQ(gradient_of(a), (Doubles{1 + 2, 10 + 4}));
  EXPECT_EQ(gradient_of(b), (Doubles{1, 10}));
}

TEST(Tape, AddOfAVariableToItself) {
  Tape tape(kTrain);
  const Var a = tracked(tape, {2}, {1, 2});
  give_gradient(add(tape, a, a), Tensor::from<double>({2}, {1, 10}));
  tape.backward({});
  EXPECT_EQ(gradient_of(a), (Doubles{2, 20}));
}

TEST(TapeView, RowsWriteIntoTheGradientOfTheWhole) {
  Tape tape(kTrain);
  const Var whole = tracked(tape, {3, 2}, {1, 2, 3, 4, 5, 6});
  const Var rows = tape.rows(whole, 1, 2);
  const Var last = tape.rows(rows, 1, 1);  // a view of a view
  EXPECT_EQ(last.value().to_host<double>(), (Doubles{5, 6}));
  give_gradient(last, Tensor::from<double>({1, 2}, {7, 8}));
  EXPECT_EQ(gradient_of(whole), (Doubles{0, 0, 0, 0, 7, 8}));
  give_gradient(rows, Tensor::from<double>({2, 2}, {1, 1, 1, 1}));
  EXPECT_EQ(gradient_of(whole), (Doubles{0, 0, 1, 1, 8, 9}));
  EXPECT_EQ(gradient_of(rows), (Doubles{1, 1, 8, 9}));
  EXPECT_EQ(gradient_of(last), (Doubles{8, 9}));
}

TEST(TapeView, ReshapedSharesTheGradient) {
  Tape tape(kTrain);
  const Var x = tracked(tape, {2, 3}, {1, 2, 3, 4, 5, 6});
  const Var columns = tape.reshaped(x, {3, 2});
  give_gradient(tape.rows(columns, 1, 1), Tensor::from<double>({1, 2}, {7, 8}));
  EXPECT_EQ(gradient_of(columns), (Doubles{0, 0, 7, 8, 0, 0}));
  EXPECT_EQ(gradient_of(x), (Doubles{0, 0, 7, 8, 0, 0}));
  EXPECT_EQ(gathered_gradient(x).shape(), Shape({2, 3}));
  EXPECT_EQ(gathered_gradient(columns).shape(), Shape({3, 2}));
}

TEST(TapeView, TheWholeReachesItsViews) {
  Tape tape(kTrain);
  const Var whole = tracked(tape, {2, 1}, {1, 2});
  const Var second = tape.rows(whole, 1, 1);
  give_gradient(whole, Tensor::from<double>({2, 1}, {3, 4}));
  EXPECT_EQ(gradient_of(second), (Doubles{4}));
}

TEST(TapeView, OfAConstantIsAConstant) {
  Tape tape(kTrain);
  const Var x(Tensor::from<double>({2}, {1, 2}));
  EXPECT_FALSE(tape.rows(x, 0, 1).tracked());
  EXPECT_FALSE(tape.reshaped(x, {2, 1}).tracked());
}

TEST(GradientSlot, TheFirstWriterOverwritesAndTheSecondAdds) {
  Tape tape(kTrain);
  const Var x = tracked(tape, {2}, {1, 2});
  bool accumulate = true;
  const Tensor first = written_gradient(x, &accumulate);
  EXPECT_FALSE(accumulate);
  first.copy_from(Tensor::from<double>({2}, {3, 4}));
  const Tensor second = written_gradient(x, &accumulate);
  EXPECT_TRUE(accumulate);
  EXPECT_EQ(second.data<double>(), first.data<double>());
  EXPECT_EQ(accumulated_gradient(x).to_host<double>(), (Doubles{3, 4}));
}

TEST(GradientSlot, AccumulationStartsAtZero) {
  Tape tape(kTrain);
  const Var x = tracked(tape, {3}, {1, 2, 3});
  EXPECT_EQ(accumulated_gradient(x).to_host<double>(), (Doubles{0, 0, 0}));
  bool accumulate = false;
  written_gradient(x, &accumulate);
  EXPECT_TRUE(accumulate);
}

TEST(GradientSlot, AViewNeverOverwrites) {
  Tape tape(kTrain);
  const Var whole = tracked(tape, {2}, {1, 2});
  bool accumulate = false;
  const Tensor part = written_gradient(tape.rows(whole, 0, 1), &accumulate);
  EXPECT_TRUE(accumulate);
  EXPECT_EQ(part.to_host<double>(), (Doubles{0}));
  EXPECT_EQ(gradient_of(whole), (Doubles{0, 0}));
}

TEST(GradientSlot, AGivenGradientIsAdoptedOnceAndThenAddedTo) {
  Tape tape(kTrain);
  const Var x = tracked(tape, {2}, {1, 2});
  const Tensor given = Tensor::from<double>({2}, {3, 4});
  give_gradient(x, given);
  EXPECT_EQ(gathered_gradient(x).data<double>(), given.data<double>());
  const Tensor more = Tensor::from<double>({2}, {10, 20});
  give_gradient(x, more);
  EXPECT_EQ(gradient_of(x), (Doubles{13, 24}));
  EXPECT_EQ(more.to_host<double>(), (Doubles{10, 20}));
}

TEST(Tape, ResetDestroysEveryClosureOnceAndKeepsTheMemory) {
  MemoryPool& pool = Device::cpu().pool();
  Tape tape(kTrain);
  const auto witness = std::make_shared<int>(0);
  size_t system_allocations = 0;
  for (int round = 0; round < 4; ++round) {
    const size_t before = pool.bytes_in_use();
    {
      std::array<char, 1000> ballast{};  // several blocks of the arena
      for (int i = 0; i < 300; ++i) tape.record([witness, ballast] { *witness += 1 + ballast[0]; });
      Var x = tracked(tape, {1}, {2});
      for (int i = 0; i < 50; ++i) x = multiply(tape, x, x);
    }
    EXPECT_EQ(witness.use_count(), 301);
    tape.backward({});
    tape.reset();
    EXPECT_EQ(witness.use_count(), 1);
    EXPECT_EQ(*witness, 300 * (round + 1));
    EXPECT_EQ(tape.recorded_nodes(), 0U);
    EXPECT_EQ(pool.bytes_in_use(), before) << "values and gradients go back to the pool";
    EXPECT_TRUE(round == 0 || pool.system_allocations() == system_allocations);
    system_allocations = pool.system_allocations();
  }
}

TEST(Tape, ClosuresLieAtTheSameAddressesAfterReset) {
  Tape tape(kTrain);
  const auto slots = [&] {
    std::vector<GradientSlot*> addresses;
    for (int i = 0; i < 2000; ++i) addresses.push_back(tape.output(Tensor(), true).slot());
    tape.reset();
    return addresses;
  };
  const auto first = slots();
  EXPECT_EQ(slots(), first);
}

TEST(Tape, DestructionDestroysClosures) {
  const auto witness = std::make_shared<int>(0);
  {
    Tape tape(kTrain);
    tape.record([witness] {});
    EXPECT_EQ(witness.use_count(), 2);
  }
  EXPECT_EQ(witness.use_count(), 1);
}

TEST(Tape, AClosureTooLargeForABlockIsAnError) {
  Tape tape(kTrain);
  std::array<char, 70000> ballast{};
  EXPECT_THROW(tape.record([ballast] { (void)ballast[0]; }), InternalError);
}

}  // namespace
}  // namespace storyteller::tape_test
