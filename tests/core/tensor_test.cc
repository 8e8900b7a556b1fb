#include "core/tensor.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/memory_pool.h"

namespace storyteller::tensor_test {
namespace {

using Floats = std::vector<float>;

/// Expects an InternalError whose message holds every one of `parts`.
template <class F>
void expect_error(F&& f, std::initializer_list<const char*> parts) {
  try {
    f();
    FAIL() << "no error";
  } catch (const InternalError& error) {
    for (const char* part : parts) {
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    }
  }
}

TEST(Shape, CountsElements) {
  EXPECT_EQ(Shape().elements(), 1);
  EXPECT_EQ(Shape().row_elements(), 1);
  EXPECT_EQ(Shape({5}).row_elements(), 1);
  EXPECT_EQ(Shape({2, 3, 4}).elements(), 24);
  EXPECT_EQ(Shape({2, 3, 4}).row_elements(), 12);
  EXPECT_EQ(Shape({0, 3}).elements(), 0);
  EXPECT_EQ(Shape({2, 3, 4}).with_rows(9), Shape({9, 3, 4}));
  EXPECT_EQ(Shape().with_rows(2), Shape({2}));
}

TEST(Shape, ReadsAsText) {
  EXPECT_EQ(Shape({64, 49, 1280}).to_string(), "(64, 49, 1280)");
  EXPECT_EQ(Shape().to_string(), "()");
}

TEST(Shape, ComparesRankAndSizes) {
  EXPECT_EQ(Shape(std::vector<int64_t>{2, 3}), Shape({2, 3}));
  EXPECT_NE(Shape({2, 3}), Shape({3, 2}));
  EXPECT_NE(Shape({2}), Shape({2, 1}));
  EXPECT_NE(Shape({0}), Shape());
}

TEST(Shape, FifthAxisIsAnError) {
  expect_error([] { Shape({1, 2, 3, 4, 5}); }, {"four axes"});
  expect_error([] { Shape(std::vector<int64_t>(5, 1)); }, {"four axes"});
}

TEST(Tensor, EmptyOneHasNoElements) {
  const Tensor tensor;
  EXPECT_FALSE(tensor);
  EXPECT_EQ(tensor.data<float>(), nullptr);
  EXPECT_EQ(tensor.data<double>(), nullptr);
}

TEST(Tensor, CopiesShareElements) {
  const Tensor tensor = Tensor::from<float>({2, 2}, {1, 2, 3, 4});
  Tensor copy = tensor;
  copy.data<float>()[3] = 9;
  EXPECT_EQ(tensor.to_host<float>(), (Floats{1, 2, 3, 9}));
  const Tensor moved = std::move(copy);
  EXPECT_EQ(moved.data<float>(), tensor.data<float>());
}

TEST(Tensor, RowsAreAView) {
  const Tensor tensor = Tensor::from<float>({3, 2}, {1, 2, 3, 4, 5, 6});
  const Tensor rows = tensor.row_range(1, 2);
  EXPECT_EQ(rows.shape(), Shape({2, 2}));
  EXPECT_EQ(rows.to_host<float>(), (Floats{3, 4, 5, 6}));
  rows.row_range(1, 1).data<float>()[0] = 7;
  EXPECT_EQ(tensor.to_host<float>(), (Floats{1, 2, 3, 4, 7, 6}));
  EXPECT_EQ(tensor.row_range(3, 0).elements(), 0);
}

TEST(Tensor, ReshapeIsAView) {
  const Tensor tensor = Tensor::from<float>({2, 3}, {1, 2, 3, 4, 5, 6});
  const Tensor reshaped = tensor.reshaped({3, 2});
  reshaped.data<float>()[5] = 0;
  EXPECT_EQ(reshaped.shape(), Shape({3, 2}));
  EXPECT_EQ(tensor.to_host<float>(), (Floats{1, 2, 3, 4, 5, 0}));
}

TEST(Tensor, MemoryLivesAsLongAsAView) {
  MemoryPool& pool = Device::cpu().pool();
  const size_t before = pool.bytes_in_use();
  Tensor view;
  {
    const Tensor tensor = Tensor::from<float>({3}, {1, 2, 3});
    view = tensor.row_range(2, 1);
  }
  EXPECT_GT(pool.bytes_in_use(), before);
  EXPECT_EQ(view.to_host<float>(), (Floats{3}));
  view = Tensor();
  EXPECT_EQ(pool.bytes_in_use(), before);
}

TEST(Tensor, SelfAssignmentKeepsTheElements) {
  Tensor tensor = Tensor::from<float>({2}, {1, 2});
  const Tensor& same = tensor;
  tensor = same;
  EXPECT_EQ(tensor.to_host<float>(), (Floats{1, 2}));
}

TEST(Tensor, ZerosAreZeroInUsedMemory) {
  for (int round = 0; round < 3; ++round) {
    const Tensor zeros = Tensor::zeros({100}, DType::kFloat32, Device::cpu());
    EXPECT_EQ(zeros.to_host<float>(), Floats(100, 0));
    for (int i = 0; i < 100; ++i) zeros.data<float>()[i] = 5;
  }
}

TEST(Tensor, ElementsAreAligned) {
  for (int64_t n : {1, 3, 100}) {
    const Tensor tensor = Tensor::empty({n}, DType::kFloat32, Device::cpu());
    EXPECT_EQ(reinterpret_cast<uintptr_t>(tensor.raw()) % 64, 0U);
  }
}

TEST(Tensor, CopyFromCopies) {
  const Tensor source = Tensor::from<double>({2}, {1, 2});
  const Tensor target = Tensor::zeros({2}, DType::kFloat64, Device::cpu());
  target.copy_from(source);
  source.fill_zero();
  EXPECT_EQ(target.to_host<double>(), (std::vector<double>{1, 2}));
  EXPECT_EQ(to_host_float(target), (Floats{1, 2}));
}

TEST(Tensor, ErrorsNameTheOperationAndTheShapes) {
  const Tensor tensor = Tensor::from<float>({2, 3}, Floats(6));
  expect_error([&] { tensor.data<double>(); }, {"float64", "float32", "(2, 3)"});
  expect_error([&] { tensor.to_host<int32_t>(); }, {"int32", "float32", "(2, 3)"});
  expect_error([&] { tensor.row_range(1, 2); }, {"row_range", "[1, 3)", "(2, 3)"});
  expect_error([&] { tensor.row_range(-1, 1); }, {"row_range", "(2, 3)"});
  expect_error([&] { tensor.reshaped({4}); }, {"reshaped", "(2, 3)", "(4)"});
  expect_error([&] { Tensor::from<float>({2}, {1}); }, {"from", "(2)", "got 1"});
  const Tensor other = Tensor::from<double>({2, 3}, std::vector<double>(6));
  expect_error([&] { other.copy_from(tensor); }, {"copy_from", "float32", "float64"});
}

}  // namespace
}  // namespace storyteller::tensor_test
