// Networks of ONNX files beside ONNX Runtime (tests/goldens/classifier, made by
// tests/apps/review/onnx_parity.py), and files that are wrong.
#include "model/classifier/onnx_network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/serialization/safetensors_writer.h"
#include "model/classifier/picture_classifier.h"
#include "tests/mutate_text.h"
#include "tests/real_data.h"
#include "tests/temporary_folder.h"

namespace storyteller::onnx_network_test {
namespace {

const std::filesystem::path kGoldens =
    std::filesystem::path(STORYTELLER_SOURCE_DIR) / "tests/goldens/classifier";

OnnxModel golden() { return read_onnx(kGoldens / "channels_last.onnx"); }

/// As the script makes it: (2, 32, 32, 3).
std::vector<float> golden_input() {
  std::vector<float> input(std::size_t{2} * 32 * 32 * 3);
  for (std::uint32_t i = 0; i < input.size(); ++i) {
    input[i] = static_cast<float>(i * 2654435761U >> 24U) / 128 - 1;
  }
  return input;
}

std::vector<float> probabilities(const OnnxModel& model, StoredType type) {
  const TemporaryFolder folder;
  import_classifier(model, type, folder / "c.safetensors");
  return PictureClassifier::load(folder / "c.safetensors", Device::cpu())
      ->probabilities(golden_input(), 2);
}

TEST(OnnxNetwork, BothFormsGiveWhatOnnxRuntimeGives) {
  const auto expected = nlohmann::json::parse(file_text(kGoldens / "expected.json"));
  for (const std::string form : {"channels_last", "channels_first"}) {
    const OnnxModel model = read_onnx(kGoldens / (form + ".onnx"));
    const std::vector<float> found = probabilities(model, StoredType::kF32);
    ASSERT_EQ(found.size(), 6U);
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_NEAR(found[i], expected[form][i / 3][i % 3].get<double>(), 2e-6) << form << i;
    }
    const std::vector<float> half = probabilities(model, StoredType::kF16);
    for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(half[i], found[i], 1e-3) << form;
  }
}

TEST(OnnxNetwork, NormsSumsAndRectifiersGoIntoConvolutions) {
  const ClassifierNetwork network = network_of(golden());
  std::string kinds;
  for (const ClassifierStep& step : network.steps) {
    kinds += std::string(name_of(step.kind)).substr(0, 3) + (step.relu ? "r" : "") +
             (step.other >= 0 ? "+ " : " ");
  }
  EXPECT_EQ(kinds, "conr max con conr conr conr+ conr con add+ addr+ mea mea lin sof ");
  EXPECT_EQ(network.shapes("n").back(), (PictureShape{.channels = 3}));
}

/// What is wrong with the golden network after `change`.
std::string refused(const std::function<void(OnnxModel&)>& change) {
  OnnxModel model = golden();
  model.file = "n.onnx";
  change(model);
  return message_of<ModelError>([&] { network_of(model); });
}

OnnxTensor& tensor_of(OnnxModel& model, const std::string& name) {
  for (OnnxTensor& tensor : model.tensors) {
    if (tensor.name == name) return tensor;
  }
  throw InternalError("no tensor " + name);
}

TEST(OnnxNetwork, WhatCannotBeRunIsNamedWithItsNode) {
  const auto says = [](const std::string& said, const std::string& part) {
    EXPECT_NE(said.find(part), std::string::npos) << said << "\nlacks " << part;
  };
  says(refused([](OnnxModel& m) { m.nodes[3].kind = "MaxPol"; }),
       "n.onnx: node 'relu_3' (MaxPol): nodes of this kind are not read; did you mean 'MaxPool'?; "
       "those that are: Add, AveragePool,");
  says(refused([](OnnxModel& m) { m.nodes[3].kind = "LSTM"; }), "node 'relu_3' (LSTM)");
  says(refused([](OnnxModel& m) { m.nodes[1].domain = "com.microsoft"; }),
       "node 'conv_1' (Conv): is of the domain 'com.microsoft'");
  says(refused([](OnnxModel& m) {
         m.nodes[1].attributes.push_back({.name = "act\n", .type = OnnxAttribute::kInt});
       }),
       "node 'conv_1' (Conv): its attribute 'act\\x0a' is not known");
  says(refused([](OnnxModel& m) {
         for (OnnxAttribute& one : m.nodes[1].attributes) {
           if (one.name == "strides") one.integers = {2, 1};
         }
       }),
       "strides of rows and columns differ");
  says(refused([](OnnxModel& m) {
         for (OnnxAttribute& one : m.nodes[1].attributes) {
           if (one.name == "strides") one.type = OnnxAttribute::kString;
         }
       }),
       "its attribute 'strides' is of another type");
  says(refused([](OnnxModel& m) {
         tensor_of(m, "c3.w").dims = {4, 7, 1, 1};
       }),
       "node 'conv_6' (Conv): its weight [4, 7, 1, 1] with a bias of 4 and 1 group does not fit a "
       "picture of 8 x 8 x 8");
  says(refused([](OnnxModel& m) {
         tensor_of(m, "c3.w").dims = {std::int64_t{1} << 40, 0, 1, 1};
         tensor_of(m, "c3.w").floats.clear();
       }),
       "its weight 'c3.w' has no numbers");
  says(refused([](OnnxModel& m) { tensor_of(m, "c3.w").type = 10; }),
       "its weight 'c3.w' is of FLOAT16; FLOAT is read");
  says(refused([](OnnxModel& m) { tensor_of(m, "c3.w").floats[1] = NAN; }), "not finite");
  says(refused([](OnnxModel& m) { tensor_of(m, "n1.3").floats[1] = -2; }),
       "(BatchNormalization): has a variance that is negative");
  says(refused([](OnnxModel& m) { m.nodes[6].inputs[0] = "relu_9"; }),
       "its input 'relu_9' is no value that a node before it makes");
  says(refused([](OnnxModel& m) { std::swap(m.nodes[6], m.nodes[7]); }), "no value that a node");
  says(refused([](OnnxModel& m) { m.nodes[7].outputs[0] = "conv_6"; }), "which is there already");
  says(refused([](OnnxModel& m) { m.nodes.pop_back(); }), "is not what a last Softmax gives");
  says(refused([](OnnxModel& m) { m.nodes.erase(m.nodes.begin() + 18); }),
       "node 'relu_19' (Relu): its input 'add_18' is no value that a node before it makes");
  says(refused([](OnnxModel& m) { m.inputs[0].dims[1] = OnnxValue::kAny; }),
       "with numbers for H and W");
  says(refused([](OnnxModel& m) { m.inputs[0].dims[1] = 4000; }),
       "colour pictures of 8 to 1024 pixels");
  says(refused([](OnnxModel& m) {
         m.nodes[20].attributes.push_back(
             {.name = "ceil_mode", .type = OnnxAttribute::kInt, .integer = 1});
       }),
       "(AveragePool): rounds up and counts padding");
  says(refused([](OnnxModel& m) { m.inputs[0].dims = {1, 2}; }), "is no colour picture of FLOAT");
  says(refused([](OnnxModel& m) { m.inputs.push_back({.name = "b"}); }), "has 2 inputs");
  says(refused([](OnnxModel& m) { m.outputs.clear(); }), "has 0 outputs");
  says(refused([](OnnxModel& m) { m.opset = 6; }), "operator set 6 of ONNX; 7 and later are read");
  says(refused([](OnnxModel& m) {
         tensor_of(m, "s2").ints = {-1, 8};
       }),
       "(Reshape): makes [-1, 8] of 16 channels");
}

TEST(OnnxNetwork, WhatAnotherNodeReadsKeepsItsValue) {
  // An Identity of what a sum reads too, and a rectifier behind it: the sum's value has none.
  OnnxModel model = golden();
  auto conv = std::find_if(model.nodes.begin(), model.nodes.end(),
                           [](const OnnxNode& node) { return node.name == "conv_16"; });
  ASSERT_NE(conv, model.nodes.end());
  OnnxNode same{.name = "same", .kind = "Identity", .inputs = {"conv_16"}, .outputs = {"same"}};
  OnnxNode relu{.name = "relu", .kind = "Relu", .inputs = {"same"}, .outputs = {"relu"}};
  const auto at = model.nodes.insert(conv + 1, {same, relu});
  (at + 2)->inputs[0] = "relu";  // the sum's other input stays
  (at + 3)->inputs[1] = "conv_16";
  const ClassifierNetwork network = network_of(model);
  const auto plain = [](const ClassifierStep& step) {
    return step.kind == ClassifierStep::Kind::kRelu;
  };
  EXPECT_EQ(std::count_if(network.steps.begin(), network.steps.end(), plain), 1);
}

TEST(OnnxNetwork, AFileOfAnotherKindIsNamed) {
  const TemporaryFolder folder;
  const auto said = [&](const std::string& text) {
    write_text(folder / "a.onnx", text);
    return message_of<ModelError>([&] { read_onnx(folder / "a.onnx"); });
  };
  EXPECT_NE(said("<!DOCTYPE html><html><body>Sign in</body></html>").find("a web page"),
            std::string::npos);
  EXPECT_NE(said("").find("has no graph"), std::string::npos);
  EXPECT_THROW(read_onnx(folder / "none.onnx"), ModelError);
  EXPECT_TRUE(is_onnx(kGoldens / "channels_last.onnx"));
  EXPECT_FALSE(is_onnx(kGoldens / "expected.json"));
}

TEST(OnnxNetwork, WhateverBytesSayIsANetworkOrAnError) {
  for (const std::string form : {"channels_last.onnx", "channels_first.onnx"}) {
    const std::string whole = file_text(kGoldens / form);
    const auto read = [](const std::string& text) {
      try {
        network_of(parse_onnx(std::as_bytes(std::span(text)), "f")).shapes("f");
        return true;
      } catch (const ModelError&) {
        return false;
      }
    };
    EXPECT_TRUE(read(whole));
    for (std::size_t length = 0; length < whole.size(); length += 97) {
      EXPECT_FALSE(read(whole.substr(0, length))) << length;
    }
    // Between the numbers, too: what is not a weight lies in the first bytes of each message.
    std::string bytes = whole;
    std::uint32_t draw = 1;
    for (int i = 0; i < 1500; ++i) {
      draw = draw * 1664525U + 1013904223U;
      const std::size_t at = draw % bytes.size();
      const char kept = bytes[at];
      bytes[at] = static_cast<char>(draw >> 24U);
      read(bytes);
      bytes[at] = kept;
    }
  }
}

TEST(PictureClassifier, AFileThatIsNoneOrWasChangedIsRefused) {
  const TemporaryFolder folder;
  const auto said = [&] {
    return message_of<ModelError>(
        [&] { PictureClassifier::load(folder / "c.safetensors", Device::cpu()); });
  };
  SafetensorsWriter other;
  other.write(folder / "c.safetensors");
  EXPECT_NE(said().find("is no classifier; storyteller weights import"), std::string::npos);
  import_classifier(golden(), StoredType::kF32, folder / "c.safetensors");
  const std::string whole = file_text(folder / "c.safetensors");
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string text = whole;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    // Its checksum goes, too, so that what it says is looked at.
    text.replace(text.find("storyteller.xxh3"), 16, "storyteller.xxh0");
    write_text(folder / "c.safetensors", text);
    return said();
  };
  EXPECT_NE(changed("\\\"version\\\":1", "\\\"version\\\":2").find("a later storyteller"),
            std::string::npos);
  EXPECT_NE(changed("\\\"softmax\\\"", "\\\"softmix\\\"").find("a kind that is not known"),
            std::string::npos);
  EXPECT_NE(changed("\\\"input\\\":4", "\\\"input\\\":9").find("no step before it makes"),
            std::string::npos);
  EXPECT_NE(changed("\\\"groups\\\":4", "\\\"groups\\\":0").find("does not fit"),
            std::string::npos);
}

/// Which pixels it sees: the middle of what Pillow's resize to 8/7 gives.
TEST(PictureClassifier, ItSeesTheMiddleBlueFirst) {
  Image image{.width = 64, .height = 64, .rgb = {}};  // as large as what is cut out of
  for (int i = 0; i < 64 * 64; ++i) {
    const auto ramp = static_cast<std::uint8_t>(i % 64 * 4);
    image.rgb.insert(image.rgb.end(), {ramp, ramp, ramp});
  }
  std::vector<float> out(std::size_t{56} * 56 * 3);
  classifier_input(image, {.height = 56, .width = 56, .channels = 3}, out.data());
  for (int x = 0; x < 56; x += 11) {
    const auto at = static_cast<std::size_t>(3 * (56 * 20 + x));
    EXPECT_NEAR(out[at], 4 * (x + 4) - 104, 3) << x;
    EXPECT_NEAR(out[at + 1], 4 * (x + 4) - 117, 3) << x;
    EXPECT_NEAR(out[at + 2], 4 * (x + 4) - 123, 3) << x;
  }
  for (std::size_t i = 0; i < image.rgb.size(); i += 3) {
    image.rgb[i] = 250;
    image.rgb[i + 1] = 100;
    image.rgb[i + 2] = 10;
  }
  classifier_input(image, {.height = 56, .width = 56, .channels = 3}, out.data());
  EXPECT_NEAR(out[0], 10 - 104, 3);
  EXPECT_NEAR(out[1], 100 - 117, 3);
  EXPECT_NEAR(out[2], 250 - 123, 3);
}

}  // namespace
}  // namespace storyteller::onnx_network_test
