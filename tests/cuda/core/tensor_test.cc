// Tensors in the memory of a GPU.
#include "core/tensor.h"

#include <cmath>

#include <gtest/gtest.h>

#include "core/memory_pool.h"
#include "core/ops/ops.h"
#include "core/parameters.h"
#include "core/serialization/tensors.h"

namespace storyteller::tensor_test {
namespace {

std::vector<float> numbers(int64_t n) {
  std::vector<float> values;
  for (int64_t i = 0; i < n; ++i) values.push_back(0.1F * static_cast<float>(i) - 3);
  return values;
}

TEST(CudaTensor, ElementsGoThereAndBack) {
  const std::vector<float> values = numbers(1000);
  const Tensor tensor = Tensor::from({1000}, values, Device::cuda());
  EXPECT_EQ(tensor.device(), Device::cuda());
  EXPECT_EQ(tensor.to_host<float>(), values);
  const std::vector<uint64_t> keys = {1, uint64_t{1} << 63, 7};
  EXPECT_EQ(Tensor::from({3}, keys, Device::cuda()).to_host<uint64_t>(), keys);
}

TEST(CudaTensor, CopiesInEveryDirection) {
  const std::vector<float> values = numbers(77);
  const Device devices[] = {Device::cpu(), Device::cuda()};
  for (const Device& from : devices) {
    for (const Device& to : devices) {
      const Tensor source = Tensor::from({77}, values, from);
      const Tensor copy = Tensor::zeros({77}, DType::kFloat32, to);
      copy.copy_from(source);
      EXPECT_EQ(copy.to_host<float>(), values) << from.name() << " to " << to.name();
    }
  }
}

TEST(CudaTensor, NewMemoryIsNotANumberAndZerosAreZero) {
  // Of a size that nobody else asks for, so that it comes from the system.
  for (float x : Tensor::empty({123457}, DType::kFloat32, Device::cuda()).to_host<float>()) {
    ASSERT_TRUE(std::isnan(x));
  }
  for (float x : Tensor::zeros({1001}, DType::kFloat32, Device::cuda()).to_host<float>()) {
    ASSERT_EQ(x, 0);
  }
}

TEST(CudaTensor, ViewsShareElements) {
  const Tensor whole = Tensor::from({6, 5}, numbers(30), Device::cuda());
  whole.row_range(2, 3).fill_zero();
  std::vector<float> wanted = numbers(30);
  std::fill(wanted.begin() + 10, wanted.begin() + 25, 0.0F);
  EXPECT_EQ(whole.to_host<float>(), wanted);
  EXPECT_EQ(whole.reshaped({30}).row_range(25, 5).to_host<float>(),
            std::vector<float>(wanted.begin() + 25, wanted.end()));
}

TEST(CudaTensor, EmptyOnesAreNoError) {
  const Tensor nothing = Tensor::zeros({0, 5}, DType::kBFloat16, Device::cuda());
  EXPECT_TRUE(static_cast<bool>(nothing));
  EXPECT_TRUE(nothing.to_host<bfloat16>().empty());
  nothing.copy_from(nothing);
}

TEST(CudaTensor, GivesItsMemoryBackToThePools) {
  MemoryPool &device = Device::cuda().pool(), &host = Device::cpu().pool();
  const size_t on_device = device.bytes_in_use(), on_host = host.bytes_in_use();
  {
    const Tensor tensor = Tensor::empty({1000}, DType::kFloat32, Device::cuda());
    const Tensor view = tensor.row_range(10, 5);
    EXPECT_GT(device.bytes_in_use(), on_device);
  }
  EXPECT_EQ(device.bytes_in_use(), on_device);
  EXPECT_EQ(host.bytes_in_use(), on_host);
}

TEST(CudaTensor, ScalarsAreRead) {
  EXPECT_EQ(to_host_scalar(Tensor::from<float>({}, {2.5F}, Device::cuda())), 2.5);
  EXPECT_EQ(to_host_scalar(Tensor::from<double>({1}, {-1.25}, Device::cuda())), -1.25);
}

TEST(CudaCast, RoundsToNearestAndFlowsBack) {
  const std::vector<float> values = numbers(37);
  Tape tape(Tape::Mode::kTrain);
  const Var x = tape.output(Tensor::from({37}, values, Device::cuda()), true);
  const Var narrow = cast(tape, x, DType::kBFloat16);
  const Var wide_again = cast(tape, narrow, DType::kFloat32);
  std::vector<float> rounded, gradient;
  for (size_t i = 0; i < values.size(); ++i) {
    rounded.push_back(static_cast<float>(bfloat16(values[i])));
    gradient.push_back(static_cast<float>(i));
  }
  EXPECT_EQ(to_host_float(narrow.value()), rounded);
  EXPECT_EQ(wide_again.value().to_host<float>(), rounded);
  give_gradient(wide_again, Tensor::from({37}, gradient, Device::cuda()));
  tape.backward({});
  EXPECT_EQ(gathered_gradient(x).to_host<float>(), gradient);  // small integers are exact
  EXPECT_EQ(cast(tape, x, DType::kFloat32).slot(), x.slot());
}

TEST(CudaCast, NeedsAGpu) {
  Tape tape(Tape::Mode::kInfer);
  EXPECT_THROW(cast(tape, Var(Tensor::from<float>({1}, {1})), DType::kBFloat16), InternalError);
}

/// Two groups, one of them frozen, and a buffer.
struct TinyParameters {
  Parameters parameters;
  Parameters::Id frozen, weight, bias, buffer;

  TinyParameters(DType dtype, Device device) {
    parameters.add_group({.name = "encoder", .trainable = false});
    frozen = parameters.declare("frozen", {3, 3}, Initializer::normal(1));
    parameters.add_group({.name = "decoder"});
    weight = parameters.declare("weight", {7, 5}, Initializer::uniform(1));
    bias = parameters.declare("bias", {7}, Initializer::constant(0.1F));
    buffer = parameters.declare_buffer("buffer", {3}, 0.3F);
    parameters.allocate(dtype, device, 3, true);
  }
};

TEST(CudaParameters, StartWithTheBitsOfTheCpu) {
  const TinyParameters cpu(DType::kFloat32, Device::cpu());
  for (const DType dtype : {DType::kFloat32, DType::kBFloat16}) {
    const TinyParameters cuda(dtype, Device::cuda());
    for (Parameters::Id id = 0; id < cpu.parameters.size(); ++id) {
      EXPECT_EQ(cuda.parameters.value(id).to_host<float>(),
                cpu.parameters.value(id).to_host<float>());
    }
  }
}

TEST(CudaParameters, InBFloat16OpsReadTheRoundedMasters) {
  TinyParameters model(DType::kBFloat16, Device::cuda());
  Parameters& parameters = model.parameters;
  const auto expect_rounded = [&] {
    for (const auto id : {model.frozen, model.weight, model.bias}) {
      std::vector<float> wanted;
      for (float x : parameters.value(id).to_host<float>()) {
        wanted.push_back(static_cast<float>(bfloat16(x)));
      }
      EXPECT_EQ(parameters.var(id).value().dtype(), DType::kBFloat16);
      EXPECT_EQ(to_host_float(parameters.var(id).value()), wanted) << parameters.name(id);
    }
  };
  expect_rounded();
  EXPECT_EQ(parameters.var(model.buffer).value().dtype(), DType::kFloat32);
  EXPECT_EQ(parameters.gradients().dtype(), DType::kBFloat16);
  EXPECT_EQ(parameters.var(model.weight).slot()->dtype, DType::kBFloat16);
  EXPECT_FALSE(parameters.var(model.frozen).tracked());

  const uint64_t version = parameters.version();
  parameters.value(model.bias).copy_from_host(numbers(7).data());
  parameters.bump_version();
  EXPECT_GT(parameters.version(), version);
  expect_rounded();
}

TEST(CudaParameters, InBFloat16PartsOfAGradientAreSummedInFloat) {
  TinyParameters model(DType::kBFloat16, Device::cuda());
  Parameters& parameters = model.parameters;
  std::vector<float> wanted(static_cast<size_t>(parameters.gradients().elements()));
  std::fill_n(wanted.begin(), 35, 256.0F + 7);  // the weight's; in 8 bits 256 + 1 is 256
  for (int step = 0; step < 2; ++step) {
    parameters.forget_gradients();
    EXPECT_EQ(parameters.gradients().dtype(), DType::kBFloat16);
    for (int part = 0; part < 8; ++part) {
      const std::vector<bfloat16> gradient(35, bfloat16(part == 0 ? 256.0F : 1.0F));
      give_gradient(parameters.var(model.weight), Tensor::from({7, 5}, gradient, Device::cuda()));
      parameters.add_gradient_part();
    }
    parameters.complete_gradients();
    EXPECT_EQ(parameters.gradients().dtype(), DType::kFloat32);
    EXPECT_EQ(to_host_float(parameters.gradients()), wanted) << "step " << step;
  }
}

TEST(CudaParameters, FilesHoldTheMasters) {
  const TinyParameters cuda(DType::kBFloat16, Device::cuda());
  const TinyParameters cpu(DType::kFloat32, Device::cpu());
  const auto file_of = [](const Parameters& parameters) {
    SafetensorsWriter writer;
    for (Parameters::Id id = 0; id < parameters.size(); ++id) {
      add_tensor(writer, parameters.name(id), parameters.value(id));
    }
    return writer.bytes();
  };
  const auto bytes = file_of(cuda.parameters);
  EXPECT_EQ(bytes, file_of(cpu.parameters));

  const SafetensorsFile file = SafetensorsFile::parse(bytes, "memory");
  const Tensor taken = Tensor::empty({7, 5}, DType::kFloat32, Device::cuda());
  take_tensor(file, "weight", taken);
  EXPECT_EQ(taken.to_host<float>(), cpu.parameters.value(cpu.weight).to_host<float>());
}

}  // namespace
}  // namespace storyteller::tensor_test
