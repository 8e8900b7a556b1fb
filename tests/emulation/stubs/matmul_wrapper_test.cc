// What kernels/cuda/matmul_cublaslt.cc asks of the library, how often, and what it does with its
// answers; that products are right is told by tests/cuda/kernels/gemm_test.cc.
#include <cuda_runtime_api.h>

#include <thread>

#include <gmock/gmock.h>

#include "kernels/cuda/error.h"
#include "kernels/cuda/matmul.h"
#include "kernels/cuda/scratch_source.h"
#include "tests/cuda/device_array.h"
#include "tests/emulation/runtime/machine.h"
#include "tests/emulation/stubs/stub_library.h"
#include "tests/temporary_folder.h"

namespace storyteller::matmul_wrapper_test {
namespace {

using stubs::Script;
using stubs::StubLibrary;
using testing::HasSubstr;

uint64_t queries() { return StubLibrary::cublaslt().calls("cublasLtMatmulAlgoGetHeuristic"); }

/// c (4,6) = a (4,5) bᵀ (6,5) + bias on a context of its own, which has no plans yet.
class CublasLtWrapper : public testing::Test {
 protected:
  static constexpr int64_t M = 4, N = 6, K = 5;

  Matmul<float> product() const {
    return {.a = a_.data(),
            .b = b_.data(),
            .c = c_.data(),
            .M = M,
            .N = N,
            .K = K,
            .a_stride = K,
            .b_stride = K,
            .c_stride = N,
            .transpose_b = true,
            .bias = bias_.data()};
  }
  void multiply(const Matmul<float>& p) { EXPECT_TRUE(offered(p)); }
  bool offered(const Matmul<float>& p) {
    test_cuda().context->synchronize();
    const bool done = library_matmul(Cuda{&context_}, p);
    context_.synchronize();
    return done;
  }
  void expect_right(const Matmul<float>& p, const DeviceArray<float>& bias, double tolerance) {
    const auto a = a_.values(), b = b_.values(), with = bias.values();
    std::vector<double> wanted(static_cast<size_t>(M * N));
    for (int64_t i = 0; i < M * N; ++i) {
      double sum = p.bias == nullptr ? 0 : with[static_cast<size_t>(i % N)];
      for (int64_t k = 0; k < K; ++k) {
        sum += a[static_cast<size_t>(i / N * K + k)] * b[static_cast<size_t>(i % N * K + k)];
      }
      wanted[static_cast<size_t>(i)] = sum;
    }
    std::vector<double> got = c_.values();
    got.resize(wanted.size());
    expect_close(got, wanted, tolerance, "c");
  }
  std::string error_of(const std::string& script) {
    const Script told(script);
    try {
      multiply(product());
    } catch (const CudaError& error) {
      return error.what();
    }
    return "no error";
  }

  CudaContext context_;
  DeviceArray<float> a_{uniform(1, 21)}, b_{uniform(2, 31)}, c_{uniform(3, 25)},
      bias_{uniform(4, N)}, other_bias_{uniform(5, N)};
};

TEST_F(CublasLtWrapper, AsksOnceForTheSameProduct) {
  const uint64_t before = queries();
  Matmul<float> p = product();
  multiply(p);
  expect_right(p, bias_, 1e-6);
  EXPECT_EQ(queries(), before + 1);
  p.bias = other_bias_.data();
  multiply(p);
  expect_right(p, other_bias_, 1e-6);
  p.accumulate = true;
  multiply(p);
  EXPECT_EQ(queries(), before + 1);
}

TEST_F(CublasLtWrapper, AsksAnewForWhateverChangesThePlan) {
  using Change = void (*)(CudaContext&, Matmul<float>&);
  const Change changes[] = {
      [](CudaContext&, Matmul<float>& p) { p.bias = nullptr; },
      [](CudaContext&, Matmul<float>& p) { --p.M; },
      [](CudaContext&, Matmul<float>& p) { --p.N; },
      [](CudaContext&, Matmul<float>& p) { --p.K; },
      [](CudaContext&, Matmul<float>& p) { --p.M, ++p.a_stride; },
      [](CudaContext&, Matmul<float>& p) { p.N = 5, --p.M, ++p.b_stride; },
      [](CudaContext&, Matmul<float>& p) { p.M = 3, ++p.c_stride; },
      [](CudaContext&, Matmul<float>& p) { p.M = 4, p.a_stride = 4, p.transpose_a = true; },
      [](CudaContext&, Matmul<float>& p) { p.b_stride = 6, p.transpose_b = false; },
      [](CudaContext&, Matmul<float>& p) { ++p.a; },
      [](CudaContext&, Matmul<float>& p) { ++p.b; },
      [](CudaContext&, Matmul<float>& p) { ++p.c; },
      [](CudaContext& context, Matmul<float>&) { context.options().tf32 = true; },
  };
  multiply(product());
  for (const Change change : changes) {
    const uint64_t before = queries();
    Matmul<float> p = product();
    change(context_, p);
    multiply(p);
    multiply(p);
    EXPECT_EQ(queries(), before + 1) << "change " << &change - changes;
  }
}

TEST_F(CublasLtWrapper, CutsFactorsOnlyWhereTf32IsAllowed) {
  Matmul<float> p = product();
  multiply(p);
  const auto exact = c_.values();
  context_.options().tf32 = true;
  multiply(p);
  EXPECT_NE(c_.values(), exact);
  expect_right(p, bias_, 2e-3);
  const uint64_t before = queries();
  constexpr int64_t kEven = 4;  // as the library wants rows of bfloat16
  const DeviceArray<bfloat16> a(uniform(1, M * kEven)), b(uniform(2, N * kEven)), c(M * N);
  test_cuda().context->synchronize();
  EXPECT_TRUE(library_matmul(Cuda{&context_}, Matmul<bfloat16>{.a = a.data(),
                                                               .b = b.data(),
                                                               .c = c.data(),
                                                               .M = M,
                                                               .N = N,
                                                               .K = kEven,
                                                               .a_stride = kEven,
                                                               .b_stride = N,
                                                               .c_stride = N}));
  context_.synchronize();
  EXPECT_LE(queries(), before + 1) << "tf32 is nothing to bfloat16";
}

TEST_F(CublasLtWrapper, TakesASplitOfKWhereNothingElseIsOffered) {
  const uint64_t before = queries();
  {
    const Script script("cublasLtMatmulAlgoGetHeuristic@1=none");
    multiply(product());
  }
  EXPECT_EQ(queries(), before + 2);
  expect_right(product(), bias_, 1e-6);
  multiply(product());
  EXPECT_EQ(queries(), before + 2);
}

TEST_F(CublasLtWrapper, IsAskedNoMoreForWhatItDoesNotOffer) {
  const uint64_t before = queries();
  const auto untouched = c_.values();
  {
    const Script script("cublasLtMatmulAlgoGetHeuristic=none");
    EXPECT_FALSE(offered(product()));
  }
  EXPECT_EQ(queries(), before + 2);
  EXPECT_FALSE(offered(product()));
  EXPECT_EQ(queries(), before + 2);
  EXPECT_EQ(c_.values(), untouched);
  matmul(Cuda{&context_}, product());
  context_.synchronize();
  expect_right(product(), bias_, 1e-6);
}

TEST_F(CublasLtWrapper, TakesItsWordWhereItRefusesWhatItOffered) {
  {
    const Script script("cublasLtMatmul=15");
    EXPECT_FALSE(offered(product()));
  }
  EXPECT_FALSE(offered(product()));
}

TEST_F(CublasLtWrapper, IsNotAskedForOneRowOrColumnNorForOddRowsOfBFloat16) {
  const uint64_t before = queries();
  constexpr int64_t kMany = 16, kOdd = 17;
  const DeviceArray<bfloat16> a(uniform(1, kOdd * kOdd)), b(uniform(2, kOdd * kOdd)),
      c(kOdd * kOdd);
  test_cuda().context->synchronize();
  struct Case {
    int64_t M, N, K, stride;
  };
  for (const auto [rows, columns, depth, stride] :
       {Case{1, kMany, kMany, kMany}, Case{kMany, 1, kMany, kMany}, Case{kMany, kMany, 1, kMany},
        Case{kMany, kMany, kMany, kOdd}}) {
    matmul(Cuda{&context_}, Matmul<bfloat16>{.a = a.data(),
                                             .b = b.data(),
                                             .c = c.data(),
                                             .M = rows,
                                             .N = columns,
                                             .K = depth,
                                             .a_stride = stride,
                                             .b_stride = stride,
                                             .c_stride = stride});
  }
  context_.synchronize();
  EXPECT_EQ(queries(), before);
}

// Training meets new sizes as long as its batches differ in their words.
TEST_F(CublasLtWrapper, ForgetsItsPlansWhereTheyAreTooMany) {
  constexpr int64_t kPlans = 4096;
  const auto layouts = [] {
    return StubLibrary::cublaslt().calls("cublasLtMatrixLayoutCreate") -
           StubLibrary::cublaslt().calls("cublasLtMatrixLayoutDestroy");
  };
  const Script script("cublasLtMatmulAlgoGetHeuristic=none");  // a plan is that as well
  Matmul<float> p = product();
  const uint64_t before = layouts();
  for (int64_t i = 0; i < kPlans; ++i) {
    p.c_stride = N + i;
    EXPECT_FALSE(library_matmul(Cuda{&context_}, p));
  }
  EXPECT_EQ(layouts() - before, 3U * kPlans) << "as many are remembered";
  uint64_t asked = queries();
  EXPECT_FALSE(library_matmul(Cuda{&context_}, product()));
  EXPECT_EQ(queries(), asked);
  p.c_stride = N + kPlans;
  EXPECT_FALSE(library_matmul(Cuda{&context_}, p));
  EXPECT_EQ(layouts() - before, 3U) << "and it begins anew";
  asked = queries();
  EXPECT_FALSE(library_matmul(Cuda{&context_}, product()));
  EXPECT_EQ(queries(), asked + 2);
}

TEST_F(CublasLtWrapper, IsForOneThreadAtATime) {
  std::string error = "no error";
  const auto multiply_as_well = [&] {
    try {
      library_matmul(Cuda{&context_}, product());
    } catch (const CudaError& thrown) {
      error = thrown.what();
    }
  };
  // A product that needs a workspace asks for it between the choice of an algorithm and the call.
  Matmul<float> p = product();
  --p.M;
  context_.take_scratch_from({.allocate =
                                  [&](size_t bytes) {
                                    std::thread(multiply_as_well).join();
                                    return context_.allocate(bytes);
                                  },
                              .release = [&](void* block, size_t) { context_.release(block); }});
  multiply(p);
  EXPECT_EQ(error, "two threads work with one CudaContext");
  error = "no error";
  multiply_as_well();
  EXPECT_EQ(error, "no error") << "one after the other";
  context_.synchronize();
  expect_right(product(), bias_, 1e-6);
}

TEST_F(CublasLtWrapper, SaysWhichCallFailed) {
  EXPECT_THAT(error_of("cublasLtMatmulDescCreate=1"),
              HasSubstr("cublasLtMatmulDescCreate: cuBLASLt: CUBLAS_STATUS_NOT_INITIALIZED"));
  for (int call = 1; call <= 4; ++call) {
    EXPECT_THAT(error_of("cublasLtMatmulDescSetAttribute@" + std::to_string(call) + "=1"),
                HasSubstr("CUBLASLT_MATMUL_DESC_"));
  }
  for (int call = 1; call <= 3; ++call) {
    EXPECT_THAT(error_of("cublasLtMatrixLayoutCreate@" + std::to_string(call) + "=1"),
                HasSubstr("cublasLtMatrixLayoutCreate: cuBLASLt: "));
  }
  EXPECT_THAT(error_of("cublasLtMatmulPreferenceCreate=1"),
              HasSubstr("cublasLtMatmulPreferenceCreate: cuBLASLt: "));
  for (int call = 1; call <= 6; ++call) {
    EXPECT_THAT(error_of("cublasLtMatmulPreferenceSetAttribute@" + std::to_string(call) + "=1"),
                HasSubstr("cublasLtMatmulPreferenceSetAttribute: cuBLASLt: "));
  }
  EXPECT_EQ(error_of("cublasLtMatmul=13"),
            "matmul of float M 4, N 6, K 5, b transposed, bias: cublasLtMatmul: cuBLASLt: "
            "CUBLAS_STATUS_EXECUTION_FAILED");
  EXPECT_THAT(error_of("cublasLtMatmul=14"), HasSubstr("cublasLtMatmul: cuBLASLt: another"));
  const Script script("cublasLtMatmul=13");
  Matmul<float> p = product();
  p.M = 5, p.K = 4, p.a_stride = 5, p.b_stride = N;
  p.transpose_a = true, p.transpose_b = false, p.bias = nullptr;
  try {
    offered(p);
    ADD_FAILURE() << "no error";
  } catch (const CudaError& error) {
    EXPECT_THAT(error.what(), testing::StartsWith("matmul of float M 5, N 6, K 4, a transposed: "));
  }
}

TEST_F(CublasLtWrapper, IsNamedWhereItsWorkFailsLater) {
  multiply(product());
  EXPECT_TRUE(library_matmul(Cuda{&context_}, product()));
  emulation::script_machine("FAIL=cudaStreamSynchronize:1");
  const std::string said = message_of<CudaError>([&] { context_.synchronize(); });
  emulation::script_machine("");
  EXPECT_THAT(said, HasSubstr("launched last: cublasLtMatmul, cublasLtMatmul;"));
}

TEST_F(CublasLtWrapper, GoesOnAfterAFailure) {
  EXPECT_THAT(error_of("cublasLtMatmul=13"), HasSubstr("EXECUTION_FAILED"));
  EXPECT_EQ(error_of(""), "no error") << "it goes on";
}

}  // namespace
}  // namespace storyteller::matmul_wrapper_test
