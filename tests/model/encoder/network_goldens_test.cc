// The pretrained networks against PyTorch, with weights that both draw by one rule
// (tests/goldens/make_encoder_goldens.py, make_efficientnet_goldens.py): features, logits and all
// gradients.
#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/serialization/safetensors.h"
#include "model/encoder/network.h"
#include "model/encoder/pretrained.h"
#include "tests/model/encoder/drawn_values.h"
#include "tests/op_case.h"

namespace storyteller::network_goldens_test {
namespace {

constexpr double kTolerance = 1e-4;  // of the norm
constexpr int kSigns = 8;

std::vector<float> drawn_value(const std::string& name, const Shape& shape) {
  const int64_t n = shape.elements();
  if (name.ends_with("running_mean") || name.ends_with(".bias")) return drawn(name, n, 0.1F);
  if (name.ends_with("running_var")) return drawn(name, n, 0.5F, 1);
  if (shape.rank() == 1) return drawn(name, n, 0.2F, 0.8F);
  const auto fan_in = static_cast<double>(shape.row_elements());
  return drawn(name, n, static_cast<float>(std::sqrt(6 / fan_in)));
}

/// [norm, p_0 .. p_7], see the script.
using Summary = std::array<double, 1 + kSigns>;
Summary summary(const std::vector<float>& values) {
  const uint64_t key = fnv1a("signs");
  Summary s{};
  for (size_t i = 0; i < values.size(); ++i) {
    const uint64_t bits = splitmix(key, i);
    const double x = values[i];
    s[0] += x * x;
    for (int k = 0; k < kSigns; ++k) s[1 + k] += (bits >> k & 1) != 0 ? x : -x;
  }
  s[0] = std::sqrt(s[0]);
  return s;
}

struct Golden {
  std::string network, mode;
  std::string file = "encoders.safetensors";
  PaddingRule padding = PaddingRule::kTorch;
};

Golden efficientnet(const std::string& network) {
  return {network, "frozen", "efficientnet_lite.safetensors", PaddingRule::kTensorflowSame};
}

void PrintTo(const Golden& golden, std::ostream* out) {
  *out << golden.network << ", " << golden.mode;
}

class NetworkGolden : public testing::TestWithParam<Golden> {
 protected:
  NetworkGolden()
      : goldens_(
            SafetensorsFile::open(STORYTELLER_SOURCE_DIR "/tests/goldens/" + GetParam().file)) {}
  std::string key(const std::string& what) const {
    return GetParam().network + "." + GetParam().mode + "." + what;
  }
  void expect_summary(const std::string& what, const Tensor& tensor) const {
    Summary wanted{};
    goldens_.read_double(key(what), wanted);
    const Summary got = summary(tensor.to_host<float>());
    double square = 0;
    for (int k = 1; k <= kSigns; ++k) square += std::pow(got[k] - wanted[k], 2) / kSigns;
    EXPECT_GT(wanted[0], 0) << what;
    EXPECT_NEAR(got[0], wanted[0], kTolerance * wanted[0]) << what;
    EXPECT_LT(std::sqrt(square), kTolerance * wanted[0]) << what;
  }
  void expect_logits(const Tensor& tensor) const {
    const std::vector<float> got = tensor.to_host<float>();
    std::vector<float> wanted(got.size());
    goldens_.read_float(key("logits"), wanted);
    double error = 0, norm = 0;
    for (size_t i = 0; i < got.size(); ++i) {
      error = std::hypot(error, got[i] - wanted[i]);
      norm = std::hypot(norm, wanted[i]);
    }
    EXPECT_LT(error, kTolerance * norm) << "logits";
  }

  void expect_that_of_pytorch() const;

 private:
  SafetensorsFile goldens_;
};

void NetworkGolden::expect_that_of_pytorch() const {
  const std::string name_of_net = GetParam().network.substr(0, GetParam().network.find('.'));
  EncoderOptions options = encoder_options(name_of_net);
  options.layers = {.padding = GetParam().padding};
  options.classes = 10;
  Parameters parameters;
  parameters.add_group({.name = "encoder"});
  const auto made = make_encoder(name_of_net, parameters, options);
  auto& network = dynamic_cast<Network&>(*made);
  parameters.allocate(DType::kFloat32, Device::cpu(), 1, true);
  for (int id = 0; id < parameters.size(); ++id) {
    const Tensor& value = parameters.value(id);
    const std::string name = parameters.name(id).substr(kEncoderPrefix.size());
    value.copy_from_host(drawn_value(name, value.shape()).data());
  }
  parameters.bump_version();
  parameters.forget_gradients();

  std::vector<int64_t> sizes(4);
  goldens_.read_int64(key("pictures"), sizes);
  std::vector<int64_t> number(1);
  goldens_.read_int64(key("number"), number);
  const Shape shape = {sizes[0], sizes[1], sizes[2], sizes[3]};
  GradientSlot slot;
  slot.shape = shape;
  const Var picture(
      Tensor::from(shape, drawn("picture" + std::to_string(number[0]), shape.elements())), &slot);
  network.freeze_statistics(GetParam().mode == "frozen");
  Tape tape(Tape::Mode::kTrain);
  const Var features = network.forward(tape, picture);
  const bool classified = goldens_.contains(key("logits"));
  const Var logits = classified ? network.logits(tape, features) : Var();
  expect_summary("features", features.value());
  if (classified) expect_logits(logits.value());
  const auto weighted = [&](const char* name, const Var& output) {
    give_gradient(output, Tensor::from(output.shape(), drawn(name, output.value().elements())));
  };
  weighted("loss.features", features);
  if (classified) weighted("loss.logits", logits);
  tape.backward({});
  parameters.complete_gradients();
  int compared = 0;
  if (goldens_.contains(key("gradient.picture"))) {
    expect_summary("gradient.picture", slot.gradient);
    ++compared;
  }
  for (int id = 0; id < parameters.size(); ++id) {
    if (parameters.is_buffer(id)) continue;
    const std::string what = "gradient." + parameters.name(id).substr(kEncoderPrefix.size());
    if (!goldens_.contains(key(what))) continue;  // of VGG, see the script
    expect_summary(what, gathered_gradient(parameters.var(id)));
    ++compared;
  }
  const std::string all = key("gradient.");
  const auto names = goldens_.names();
  EXPECT_EQ(compared, std::count_if(names.begin(), names.end(), [&](const std::string& name) {
              return name.starts_with(all);
            }));
  if (GetParam().mode == "batch") return;
  Tape infer(Tape::Mode::kInfer);  // the norms folded
  const Var inferred = network.forward(infer, Var(picture.value()));
  expect_summary("features", inferred.value());
  if (classified) expect_logits(network.logits(infer, inferred).value());
}

class NetworkGoldenSlow : public NetworkGolden {};
TEST_P(NetworkGoldenSlow, FeaturesLogitsAndGradientsMatchPyTorch) { expect_that_of_pytorch(); }

// The same layers on larger pictures, half a minute each.
class NetworkGoldenInFull : public NetworkGolden {};
TEST_P(NetworkGoldenInFull, FeaturesLogitsAndGradientsMatchPyTorch) { expect_that_of_pytorch(); }

std::string name_of(const testing::TestParamInfo<Golden>& info) {
  std::string name = info.param.network + "_" + info.param.mode;
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Networks, NetworkGoldenInFull,
                         testing::Values(Golden{"vgg16.large", "frozen"},
                                         Golden{"vgg16_bn.large", "frozen"}),
                         name_of);
INSTANTIATE_TEST_SUITE_P(
    Networks, NetworkGoldenSlow,
    testing::Values(Golden{"vgg16", "frozen"}, Golden{"vgg16_bn", "frozen"},
                    Golden{"resnet18", "frozen"}, Golden{"resnet18", "batch"},
                    Golden{"resnet50", "frozen"}, Golden{"resnet101", "frozen"},
                    Golden{"mobilenet_v2", "frozen"}, Golden{"squeezenet1_0", "frozen"},
                    Golden{"squeezenet1_1", "frozen"}, efficientnet("efficientnet_lite0"),
                    efficientnet("efficientnet_lite2")),
    name_of);

}  // namespace
}  // namespace storyteller::network_goldens_test
