#include <vector>

#include "core/serialization/safetensors_writer.h"
#include "core/serialization/weights_file.h"
#include "model/encoder/encoder.h"
#include "model/encoder/encoder_options.h"
#include "tests/model/encoder/weights_of.h"
#include "tests/tools/commands/command_test.h"

namespace storyteller::weights_command_test {
namespace {

class WeightsCommand : public CommandTest {
 protected:
  /// A MobileNetV2 whose names all have `prefix` in front.
  std::string encoder_file(const std::string& prefix, const EncoderChoices& choices = {}) const {
    Parameters parameters;
    parameters.add_group({.name = "encoder", .trainable = false});
    make_encoder("mobilenet_v2", parameters, encoder_options("mobilenet_v2", choices));
    SafetensorsWriter writer;
    const std::vector<float> values(2'000'000, 0.5F);
    for (int id = 0; id < parameters.size(); ++id) {
      std::vector<std::int64_t> shape;
      for (int axis = 0; axis < parameters.shape(id).rank(); ++axis) {
        shape.push_back(parameters.shape(id)[axis]);
      }
      writer.add(prefix + parameters.name(id).substr(8), StoredType::kF32, shape, values.data());
    }
    writer.add("head.num_batches_tracked", StoredType::kF32, {1}, values.data());
    writer.add("classifier", StoredType::kF32, {1}, values.data());
    writer.write(folder_ / "in.safetensors");
    return folder_ / "in.safetensors";
  }
};

TEST_F(WeightsCommand, InspectsACheckpoint) {
  const Ended ended = run_storyteller({"weights", "inspect", golden("weights/nested_zip.pth")});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_NE(ended.out.find("transposed  F32   [4, 3]  12\n"), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("PyTorch (zip): 11 tensors, 46 elements"), std::string::npos);
  EXPECT_NE(ended.out.find("found under 'state_dict'"), std::string::npos);
}

TEST_F(WeightsCommand, ImportsWhatARuleAndAPrefixLeadTo) {
  const std::string rules = write("rules", "# names of another project\n^old_(.*) -> $1\n");
  const std::string out = folder_ / "out.safetensors";
  const Ended ended =
      run_storyteller({"weights", "import", encoder_file("old_backbone."), "--encoder",
                       "mobilenet_v2", "--map", rules, "--out", out, "--dtype", "bf16"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.out, out + "\n");
  EXPECT_NE(ended.err.find("1 tensor was not used: classifier\n"), std::string::npos);
  const auto file = WeightsFile::open(out);
  EXPECT_EQ(file.find("features.0.0.weight").type, StoredType::kBF16);
  std::vector<float> bias(32);
  file.read_float("features.0.0.bias", bias);
  EXPECT_EQ(bias[31], 0.5F);
}

TEST_F(WeightsCommand, ImportsEfficientNetLiteUnderTheNamesOfEfficientNetPyTorch) {
  SafetensorsWriter writer;
  add_encoder(writer, "efficientnet_lite0", {}, names_of("EfficientNet-PyTorch"));
  const std::vector<float> classifier(1000, 0.5F);
  writer.add("_fc.bias", StoredType::kF32, {1000}, classifier.data());
  const std::string in = folder_ / "in.safetensors", out = folder_ / "out.safetensors";
  writer.write(in);
  const Ended shown = run_storyteller({"weights", "inspect", in});
  EXPECT_NE(shown.out.find("fits the encoder efficientnet_lite0; names of"), std::string::npos)
      << shown.out;
  const Ended ended =
      run_storyteller({"weights", "import", in, "--encoder", "efficientnet_lite0", "--out", out});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_NE(ended.err.find("names of EfficientNet-PyTorch became torchvision's"),
            std::string::npos);
  EXPECT_NE(ended.err.find("1 tensor was not used: _fc.bias\n"), std::string::npos) << ended.err;
  EXPECT_EQ(WeightsFile::open(out).find("features.12.conv.1.0.weight").shape,
            (std::vector<std::int64_t>{672, 1, 5, 5}));
  const Ended refused =
      run_storyteller({"weights", "import", in, "--encoder", "efficientnet_lite1", "--out", out});
  EXPECT_EQ(refused.code, 4);
  EXPECT_NE(refused.err.find("does not fit the encoder 'efficientnet_lite1'"), std::string::npos);
  EXPECT_NE(refused.err.find("it fits efficientnet_lite0"), std::string::npos) << refused.err;
}

TEST_F(WeightsCommand, TheNormsOfACheckpointAreSaidAndSet) {
  const std::string file = encoder_file("", {.norm = EncoderChoices::Norm::kBatch});
  const Ended shown = run_storyteller({"weights", "inspect", file});
  EXPECT_NE(shown.out.find("fits the encoder mobilenet_v2 with encoder_norm=batch\n"),
            std::string::npos);
  const std::vector<std::string> import = {
      "weights", "import", file, "--encoder", "mobilenet_v2", "--out", folder_ / "out.safetensors"};
  EXPECT_EQ(run_storyteller(import).code, 4);
  std::vector<std::string> with = import;
  with.insert(with.end(), {"--set", "encoder_norm=batch"});
  const Ended ended = run_storyteller(with);
  EXPECT_EQ(ended.code, 0) << ended.err;
  with.back() = "encoder_nrom=batch";
  EXPECT_EQ(run_storyteller(with).code, 2);
}

TEST_F(WeightsCommand, NamesWhatDoesNotFitAndWritesNothing) {
  const std::string out = folder_ / "out.safetensors";
  const Ended ended = run_storyteller(
      {"weights", "import", encoder_file(""), "--encoder", "squeezenet1_1", "--out", out});
  EXPECT_EQ(ended.code, 4);
  EXPECT_EQ(ended.out, "");
  EXPECT_NE(ended.err.find("missing: features.0.bias\n"), std::string::npos) << ended.err;
  EXPECT_NE(ended.err.find("... and 45 more\n"), std::string::npos) << ended.err;
  EXPECT_NE(ended.err.find("50 of 50 tensors are missing, such as 'features.0.bias'; it fits "
                           "mobilenet_v2"),
            std::string::npos)
      << ended.err;
  EXPECT_FALSE(std::filesystem::exists(out));
}

TEST_F(WeightsCommand, AKeyChoosesTheStateDict) {
  const std::string file = golden("weights/nested_zip.pth");
  const Ended ended = run_storyteller({"weights", "inspect", file, "--key", "state_dict"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  expect_error(run_storyteller({"weights", "inspect", file, "--key", "ema"}), 4,
               {"no tensors are under the key 'ema'", "there are some under 'state_dict'"});
}

}  // namespace
}  // namespace storyteller::weights_command_test
