// That the stub of cuBLASLt takes a product that is as it should be, and notices each thing that
// may be wrong with one.
#include <cstring>
#include <memory>

#include <cuda_runtime_api.h>

#include "kernels/cuda/cublaslt_api.h"
#include "tests/cuda/device_array.h"
#include "tests/emulation/stubs/stub_library.h"

namespace storyteller::cublaslt_test {
namespace {

using stubs::Script;
using stubs::StubLibrary;

const CublasLtFunctions& lt() {
  static const CublasLtFunctions functions = [] {
    CublasLtFunctions f = {};
    for_each_cublaslt_function(f, [](const char* symbol, auto*& function) {
      StubLibrary::cublaslt().load(symbol, &function);
    });
    return f;
  }();
  return functions;
}

struct Stream {
  Stream() { check(cudaStreamCreate(&it)); }
  ~Stream() { check(cudaStreamDestroy(it)); }
  static void check(cudaError_t result) { EXPECT_EQ(result, cudaSuccess); }
  cudaStream_t it = nullptr;
};

struct Matrix {
  uint64_t rows, columns;
  int64_t leading;
  cudaDataType_t type = CUDA_R_32F;
};

/// d (6,5) = a (6,8) b (8,5) by columns, as it should be; a test spoils one thing.
struct Call {
  DeviceArray<float> a{uniform(1, 49)}, b{uniform(2, 41)}, d{uniform(3, 31)}, bias{uniform(4, 9)};
  DeviceArray<float> workspace{4096};
  Stream own, other;

  cublasComputeType_t compute = CUBLAS_COMPUTE_32F;
  cudaDataType_t scale = CUDA_R_32F;
  int32_t transpose_a = CUBLAS_OP_N, transpose_b = CUBLAS_OP_N;
  uint32_t epilogue = CUBLASLT_EPILOGUE_DEFAULT;
  size_t attribute_bytes = 4;
  const void* with_bias = nullptr;
  Matrix shape_a = {6, 8, 6}, shape_b = {8, 5, 8}, shape_c = {6, 5, 6}, shape_d = {6, 5, 6};
  uint64_t most_workspace = 32 << 20;
  uint32_t reductions = CUBLASLT_REDUCTION_SCHEME_NONE;
  uint32_t alignments[4] = {16, 16, 16, 16};
  int preferences = 6;  ///< how many of them are set

  bool forget_algorithm = false, swap_layouts = false, second_handle = false;
  const void *from_a = a.data(), *from_b = b.data(), *from_c = d.data();
  void* to = d.data();
  float alpha = 1, beta = 0;
  void* work = workspace.data();
  size_t work_bytes = 16384;
  cudaStream_t stream = own.it;

  std::string run();
};

std::string Call::run() {
  StubLibrary::cublaslt().violations();
  cublasLtHandle_t handle = nullptr, second = nullptr;
  cublasLtMatmulDesc_t operation = nullptr;
  cublasLtMatmulPreference_t preference = nullptr;
  cublasLtMatrixLayout_t layouts[4] = {};
  lt().create(&handle);
  lt().create(&second);
  lt().operation_create(&operation, compute, scale);
  const auto set = [&](cublasLtMatmulDescAttributes_t attribute, const void* value, size_t bytes) {
    lt().operation_set(operation, attribute, value, bytes);
  };
  set(CUBLASLT_MATMUL_DESC_TRANSA, &transpose_a, attribute_bytes);
  set(CUBLASLT_MATMUL_DESC_TRANSB, &transpose_b, 4);
  set(CUBLASLT_MATMUL_DESC_EPILOGUE, &epilogue, 4);
  set(CUBLASLT_MATMUL_DESC_BIAS_POINTER, &with_bias, sizeof(void*));
  const Matrix* shapes[4] = {&shape_a, &shape_b, &shape_c, &shape_d};
  for (int i = 0; i < 4; ++i) {
    lt().layout_create(&layouts[i], shapes[i]->type, shapes[i]->rows, shapes[i]->columns,
                       shapes[i]->leading);
  }
  lt().preference_create(&preference);
  auto prefer = [&, i = 0](int attribute, const void* value, size_t bytes) mutable {
    if (i++ >= preferences) return;
    lt().preference_set(preference, static_cast<cublasLtMatmulPreferenceAttributes_t>(attribute),
                        value, bytes);
  };
  prefer(CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, &most_workspace, 8);
  prefer(CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK, &reductions, 4);
  for (int i = 0; i < 4; ++i) {
    prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES + i, &alignments[i], 4);
  }
  cublasLtMatmulHeuristicResult_t result = {};
  int found = 0;
  lt().get_heuristic(handle, operation, layouts[0], layouts[1], layouts[2], layouts[3], preference,
                     1, &result, &found);
  if (forget_algorithm) result.algo = {};
  if (swap_layouts) {
    transpose_a = CUBLAS_OP_T;
    set(CUBLASLT_MATMUL_DESC_TRANSA, &transpose_a, 4);
    lt().layout_destroy(layouts[0]);
    lt().layout_create(&layouts[0], CUDA_R_32F, 8, 6, 8);
  }
  std::string lines = StubLibrary::cublaslt().violations();
  if (lines.empty()) {
    for (cublasLtHandle_t with : {handle, second_handle ? second : nullptr}) {
      if (with == nullptr) continue;
      lt().matmul(with, operation, &alpha, from_a, layouts[0], from_b, layouts[1], &beta, from_c,
                  layouts[2], to, layouts[3], &result.algo, work, work_bytes, stream);
    }
    lines = StubLibrary::cublaslt().violations();
  }
  EXPECT_EQ(cudaDeviceSynchronize(), cudaSuccess);
  lt().preference_destroy(preference);
  for (cublasLtMatrixLayout_t layout : layouts) {
    if (layout != nullptr) lt().layout_destroy(layout);
  }
  if (operation != nullptr) lt().operation_destroy(operation);
  lt().destroy(second);
  lt().destroy(handle);
  EXPECT_EQ(StubLibrary::cublaslt().violations(), "");
  return lines;
}

TEST(CublasLtStub, TakesAProductThatIsAsItShouldBe) {
  Call call;
  call.with_bias = call.bias.data();
  call.epilogue = CUBLASLT_EPILOGUE_BIAS;
  call.beta = 1;
  const auto a = call.a.values(), b = call.b.values(), old = call.d.values(),
             bias = call.bias.values();
  ASSERT_EQ(call.run(), "");
  std::vector<double> wanted = old;
  for (size_t n = 0; n < 5; ++n) {
    for (size_t m = 0; m < 6; ++m) {
      double& sum = wanted[n * 6 + m];
      sum += bias[m];
      for (size_t k = 0; k < 8; ++k) sum += a[k * 6 + m] * b[n * 8 + k];
    }
  }
  expect_close(call.d.values(), wanted, 1e-6, "d");
  for (float x : call.workspace.raw()) ASSERT_TRUE(std::isnan(x)) << "the workspace is spoilt";
}

struct Fault {
  const char* says;
  void (*spoil)(Call&);
};
const Fault kFaults[] = {
    {"sums of another type", [](Call& c) { c.compute = static_cast<cublasComputeType_t>(64); }},
    {"alpha and beta of another type", [](Call& c) { c.scale = CUDA_R_64F; }},
    {"neither CUBLAS_OP_N nor", [](Call& c) { c.transpose_a = 7; }},
    {"another size", [](Call& c) { c.attribute_bytes = 8; }},
    {"an epilogue that", [](Call& c) { c.epilogue = 2; }},
    {"with a bias that is null", [](Call& c) { c.epilogue = CUBLASLT_EPILOGUE_BIAS; }},
    {"neither float nor bfloat16", [](Call& c) { c.shape_a.type = CUDA_R_16F; }},
    {"without rows or columns", [](Call& c) { c.shape_b.columns = 0; }},
    {"columns that are shorter", [](Call& c) { c.shape_d.leading = 5; }},
    {"factors of two types", [](Call& c) { c.shape_a.type = CUDA_R_16BF; }},
    {"narrower than the factors", [](Call& c) { c.shape_c.type = c.shape_d.type = CUDA_R_16BF; }},
    {"c and d lie differently", [](Call& c) { c.shape_c.leading = 7; }},
    {"tf32 of bfloat16",
     [](Call& c) {
       c.compute = CUBLAS_COMPUTE_32F_FAST_TF32;
       for (Matrix* m : {&c.shape_a, &c.shape_b, &c.shape_c, &c.shape_d}) m->type = CUDA_R_16BF;
     }},
    {"op(a) and d differ in rows", [](Call& c) { c.transpose_a = CUBLAS_OP_T; }},
    {"op(b) and d differ in columns", [](Call& c) { c.transpose_b = CUBLAS_OP_T; }},
    {"than op(b) has rows",
     [](Call& c) {
       c.shape_a = {6, 7, 6};
     }},
    {"more than 32 MiB", [](Call& c) { c.most_workspace = 33 << 20; }},
    {"whose order", [](Call& c) { c.reductions = CUBLASLT_REDUCTION_SCHEME_INPLACE; }},
    {"no power of two", [](Call& c) { c.alignments[2] = 12; }},
    {"left to its default", [](Call& c) { c.preferences = 5; }},
    {"left to defaults", [](Call& c) { c.preferences = 1; }},
    {"but for their alignment", [](Call& c) { c.alignments[2] = 4; }},
    {"that no query named", [](Call& c) { c.forget_algorithm = true; }},
    {"named for another product", [](Call& c) { c.swap_layouts = true; }},
    {"alpha is not 1", [](Call& c) { c.alpha = 2; }},
    {"beta neither", [](Call& c) { c.beta = 0.5; }},
    {"c and d are two", [](Call& c) { c.from_c = c.a.data(); }},
    {"a is null", [](Call& c) { c.from_a = nullptr; }},
    {"b: 160 bytes do not lie", [](Call& c) { c.from_b = c.b.data() + 4; }},
    {"d: 120 bytes do not lie", [](Call& c) { c.from_c = c.to = c.d.data() + 2; }},
    {"a is not aligned", [](Call& c) { c.from_a = c.a.data() + 1; }},
    {"b is not aligned", [](Call& c) { c.from_b = c.b.data() + 1; }},
    {"d is not aligned", [](Call& c) { c.from_c = c.to = c.d.data() + 1; }},
    {"a and d overlap", [](Call& c) { c.from_c = c.to = c.a.data() + 16; }},
    {"b and d overlap", [](Call& c) { c.from_c = c.to = c.b.data() + 8; }},
    {"the workspace has 0 bytes", [](Call& c) { c.work_bytes = 0; }},
    {"the workspace is null", [](Call& c) { c.work = nullptr; }},
    {"the workspace: 16384 bytes", [](Call& c) { c.work = c.workspace.data() + 64; }},
    {"not aligned to 256", [](Call& c) { c.work = c.workspace.data() + 8, c.work_bytes = 8192; }},
    {"overlap", [](Call& c) { c.from_c = c.to = c.workspace.data(); }},
    {"the bias: 24 bytes",
     [](Call& c) { c.epilogue = CUBLASLT_EPILOGUE_BIAS, c.with_bias = c.bias.data() + 4; }},
    {"not aligned to 16",
     [](Call& c) { c.epilogue = CUBLASLT_EPILOGUE_BIAS, c.with_bias = c.bias.data() + 2; }},
    {"the bias and d overlap",
     [](Call& c) { c.epilogue = CUBLASLT_EPILOGUE_BIAS, c.with_bias = c.d.data(); }},
    {"default stream", [](Call& c) { c.stream = nullptr; }},
    {"two handles", [](Call& c) { c.second_handle = true; }},
};

TEST(CublasLtStub, NoticesEachThingThatMayBeWrong) {
  for (const Fault& fault : kFaults) {
    Call call;
    fault.spoil(call);
    const std::string lines = call.run();
    EXPECT_NE(lines.find(fault.says), std::string::npos)
        << "wanted: " << fault.says << "\ngot: " << lines;
  }
}

TEST(CublasLtStub, RefusesVectorsAndWhatAScriptNames) {
  Call call;
  for (Matrix Call::*shape : {&Call::shape_b, &Call::shape_c, &Call::shape_d}) {
    (call.*shape).columns = 1;
  }
  setenv("STORYTELLER_STUBS_STRICT", "1", 1);
  EXPECT_NE(call.run().find("that no query named"), std::string::npos);
  unsetenv("STORYTELLER_STUBS_STRICT");
  const uint64_t before = StubLibrary::cublaslt().calls("cublasLtMatmulAlgoGetHeuristic");
  for (const char* rule : {"cublasLtMatmulAlgoGetHeuristic@2=none",
                           "cublasLtMatmulAlgoGetHeuristic/6x5x8=15", "cublasLtMatmul=13"}) {
    const Script script(rule);
    Call first, second;
    EXPECT_EQ(first.run().empty(), !std::strstr(rule, "/")) << rule;
    EXPECT_EQ(second.run().empty(), !std::strstr(rule, "Heuristic")) << rule;
  }
  EXPECT_EQ(StubLibrary::cublaslt().calls("cublasLtMatmulAlgoGetHeuristic"), before + 6);
}

TEST(CublasLtStub, NoticesWhatIsDestroyedTwice) {
  cublasLtHandle_t handle = nullptr;
  lt().create(&handle);
  EXPECT_EQ(lt().destroy(handle), CUBLAS_STATUS_SUCCESS);
  EXPECT_EQ(lt().destroy(handle), CUBLAS_STATUS_INVALID_VALUE);
  EXPECT_EQ(StubLibrary::cublaslt().violations(),
            "cublasLtDestroy: destroys what is no cuBLASLt handle\n");
}

void end_with(void (*misuse)()) {
  misuse();
  std::exit(0);
}

TEST(CublasLtStubDeathTest, AProgramThatMisusedItFails) {
  EXPECT_EXIT(end_with([] { lt().destroy(nullptr); }), testing::ExitedWithCode(1),
              "1 wrong uses of a stub library; the first: cublasLtDestroy: destroys what is no");
  EXPECT_EXIT(end_with([] {
                cublasLtHandle_t handle = nullptr;
                cublasLtMatrixLayout_t layout = nullptr;
                lt().create(&handle);
                lt().layout_create(&layout, CUDA_R_32F, 1, 1, 1);
                lt().destroy(handle);
              }),
              testing::ExitedWithCode(1), "1 times a layout of a matrix was not destroyed");
}

}  // namespace
}  // namespace storyteller::cublaslt_test
