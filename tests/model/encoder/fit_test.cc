// Weights under other names: prefixes, wrappers and the names of other libraries.
#include "model/encoder/fit.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "core/error.h"
#include "model/encoder/misfit.h"
#include "model/encoder/naming.h"
#include "tests/model/encoder/weights_of.h"
#include "tests/temporary_folder.h"

namespace storyteller::fit_test {
namespace {

const std::string kNet = "squeezenet1_1";
constexpr EncoderChoices kBatch{.norm = EncoderChoices::Norm::kBatch};

EncoderFit fit(const WeightsFile& file, const std::string& encoder = kNet,
               const EncoderChoices& choices = {}, const std::vector<NameRule>& rules = {}) {
  return fit_to(file, encoder, choices, rules);
}

std::string misfit(const WeightsFile& file, const std::string& encoder = kNet,
                   const EncoderChoices& choices = {}) {
  return message_of<ModelError>(
      [&] { require_fit(file, fit(file, encoder, choices), encoder, choices, {}); });
}

bool says(const EncoderFit& fit, const std::string& part) {
  for (const std::string& note : fit.notes) {
    if (note.find(part) != std::string::npos) return true;
  }
  return false;
}

/// A file with the encoder behind each of `prefixes`.
WeightsFile under(const std::vector<std::string>& prefixes) {
  SafetensorsWriter writer;
  for (const std::string& prefix : prefixes) {
    add_encoder(writer, kNet, {}, [&](const std::string& name) { return prefix + name; });
  }
  return file_of(writer);
}

TEST(Fit, APrefixOfAllNamesIsFoundWhateverItIs) {
  for (const char* prefix : {"net.", "my.own.thing.", "teacher.backbone.", "x/y/"}) {
    const auto file = under({prefix});
    const EncoderFit found = fit(file);
    EXPECT_TRUE(found.complete()) << prefix;
    EXPECT_TRUE(says(found, "' was taken off 50 names")) << prefix;
    EXPECT_EQ(fitting_encoders(file).size(), 1U) << prefix;
  }
}

TEST(Fit, WrappersMayStandWithinNamesAndInFrontOfSomeAlone) {
  const auto file = encoder_weights(kNet, {}, [](std::string name) {
    if (name.starts_with("features.3.")) name.insert(9, "module.");  // features.module.3.
    if (name.starts_with("features.4.")) name.insert(0, "_fsdp_wrapped_module.");
    return name.starts_with("features.6.") ? "model." + name : name;
  });
  const EncoderFit found = fit(file);
  EXPECT_TRUE(found.complete());
  EXPECT_TRUE(says(found, "wrappers such as"));
  EXPECT_TRUE(says(found, "'model.' was taken off 6 names"));
}

TEST(Fit, SlashesArePoints) {
  const auto file = encoder_weights(kNet, {}, [](std::string name) {
    std::replace(name.begin(), name.end(), '.', '/');
    return name;
  });
  EXPECT_TRUE(fit(file).complete());
  EXPECT_TRUE(says(fit(file), "'/' became '.' in 50 names"));
  EXPECT_FALSE(says(fit(file), "wrappers"));
}

TEST(Fit, TwoPrefixesAreNamedWithTheRuleThatChooses) {
  const auto file = under({"encoder_q.", "encoder_k."});
  EXPECT_EQ(fit(file).rivals, (std::vector<std::string>{"encoder_k.", "encoder_q."}));
  const std::string message = misfit(file);
  EXPECT_NE(message.find("2 times, under 'encoder_k.' and 'encoder_q.'"), std::string::npos)
      << message;
  EXPECT_NE(message.find("line: ^encoder_k\\. ->"), std::string::npos) << message;
  const EncoderFit chosen = fit(file, kNet, {}, {{"^encoder_k\\.", ""}});
  EXPECT_TRUE(chosen.complete());
  EXPECT_EQ(chosen.matches.front().file_name, "encoder_k.features.0.bias");
  EXPECT_TRUE(says(chosen, "the encoder is under 'encoder_q.' too"));
}

TEST(Fit, TheRuleThatChoosesIsOfTheNamesInTheFile) {
  const auto file = under({"net.module.q.", "net.module.k."});
  EXPECT_EQ(fit(file).rivals, (std::vector<std::string>{"net.module.k.", "net.module.q."}));
  EXPECT_TRUE(fit(file, kNet, {}, {{"^net\\.module\\.k\\.", ""}}).complete());
}

TEST(Fit, NamesAsTheyAreGoBeforeACopyThatARuleMayTake) {
  const auto file = under({"", "ema."});
  EXPECT_EQ(fit(file).matches.front().file_name, "features.0.bias");
  EXPECT_TRUE(says(fit(file), "under 'ema.' too; `map` with the line ^ema\\. -> takes that"));
  const EncoderFit ruled = fit(file, kNet, {}, {{"^ema\\.", ""}});
  EXPECT_EQ(ruled.matches.front().file_name, "ema.features.0.bias");
}

TEST(Fit, TwoNamesThatRulesMakeOneAreAnError) {
  const auto file = under({"a.", "b."});
  EXPECT_NE(message_of<ModelError>([&] {
              fit(file, kNet, {}, {{"^[ab]\\.", ""}});
            }).find("both come to the name"),
            std::string::npos);
}

TEST(Fit, HalvesOfTwoEncodersAreNotMixed) {
  const auto file = encoder_weights(kNet, {}, [](const std::string& name) {
    return (name.ends_with("bias") ? "student." : "teacher.") + name;
  });
  EXPECT_EQ(fit(file).missing.size(), 25U);
}

struct Library {
  std::string encoder;
  EncoderChoices choices;
  std::string name, ours, theirs;
};

TEST(FitSlow, NamesOfOtherLibrariesAreKnown) {
  const std::vector<Library> libraries = {
      {"resnet18",
       {},
       "Hugging Face",
       "layer2.0.downsample.1.running_var",
       "encoder.stages.1.layers.0.shortcut.normalization.running_var"},
      {"resnet50:layer3",
       {},
       "Hugging Face",
       "layer3.5.conv3.weight",
       "encoder.stages.2.layers.5.layer.2.convolution.weight"},
      {"resnet50", {}, "detectron2", "layer4.2.bn3.bias", "res5.2.conv3.norm.bias"},
      {"resnet50", {}, "detectron2", "layer1.0.downsample.0.weight", "res2.0.shortcut.weight"},
      {"resnet50", {}, "Caffe2", "layer3.0.bn2.running_var", "res4_0_branch2b_bn_riv"},
      {"resnet50", {}, "Caffe2", "bn1.weight", "res_conv1_bn_s"},
      {"resnet18", {}, "a ResNet's children in a row", "layer1.1.conv2.weight", "4.1.conv2.weight"},
      {"mobilenet_v2", kBatch, "timm", "features.1.conv.1.weight", "blocks.0.0.conv_pw.weight"},
      {"mobilenet_v2", kBatch, "timm", "features.17.conv.3.running_mean",
       "blocks.6.0.bn3.running_mean"},
      {"mobilenet_v2", kBatch, "timm", "features.8.conv.1.0.weight", "blocks.3.1.conv_dw.weight"},
      {"mobilenet_v2", kBatch, "Hugging Face", "features.2.conv.0.0.weight",
       "layer.0.expand_1x1.convolution.weight"},
      {"mobilenet_v2", kBatch, "Hugging Face", "features.1.conv.1.weight",
       "conv_stem.reduce_1x1.convolution.weight"},
      {"efficientnet_lite0",
       {},
       "EfficientNet-PyTorch",
       "features.1.conv.1.weight",
       "_blocks.0._project_conv.weight"},
      {"efficientnet_lite0",
       {},
       "EfficientNet-PyTorch",
       "features.17.1.running_var",
       "_bn1.running_var"},
      {"efficientnet_lite2",
       {},
       "EfficientNet-PyTorch",
       "features.21.conv.1.0.weight",
       "_blocks.20._depthwise_conv.weight"},
      {"efficientnet_lite0", {}, "timm", "features.16.conv.3.bias", "blocks.6.0.bn3.bias"},
      {"efficientnet_lite1",
       {},
       "timm",
       "features.16.conv.0.0.weight",
       "blocks.5.0.conv_pw.weight"},
      {"efficientnet_lite2", {}, "timm", "features.22.0.weight", "conv_head.weight"},
      {"vgg16", {}, "Caffe", "features.28.weight", "conv5_3.weight"},
      {"vgg19", {}, "Caffe", "features.34.bias", "conv5_4.bias"},
      {"vgg16", {}, "the module 'features' alone", "features.28.weight", "28.weight"}};
  for (const Library& one : libraries) {
    SCOPED_TRACE(one.encoder + " " + one.name);
    size_t conventions = 0;
    for (const Naming& naming : namings()) {
      const bool is_meant =  // a library's names of two networks may agree in some
          std::all_of(libraries.begin(), libraries.end(), [&](const Library& row) {
            const bool other = row.encoder != one.encoder || row.name != one.name;
            return other || naming.of(row.ours) == row.theirs;
          });
      if (naming.library != one.name || !is_meant) continue;
      ++conventions;
      for (const char* prefix : {"", "backbone."}) {
        const auto file = encoder_weights(one.encoder, one.choices, [&](const std::string& name) {
          return prefix + naming.of(name);
        });
        const EncoderFit found = fit(file, one.encoder, one.choices);
        ASSERT_TRUE(found.complete());
        EXPECT_TRUE(found.unused.empty());
        EXPECT_TRUE(says(found, "names of " + one.name + " became torchvision's"));
        for (const EncoderFit::Match& match : found.matches) {
          EXPECT_EQ(match.file_name, prefix + naming.of(match.name));
        }
      }
    }
    EXPECT_EQ(conventions, 1U);
  }
}

TEST(Misfit, NamesTheSettingThatWouldFit) {
  const auto same = [](const std::string& name) { return name; };
  EXPECT_NE(misfit(encoder_weights("mobilenet_v2", kBatch, same), "mobilenet_v2")
                .find("add `encoder_norm`=batch"),
            std::string::npos);
  EXPECT_NE(
      misfit(encoder_weights("resnet18", {.norm = EncoderChoices::Norm::kFolded}, same), "resnet18")
          .find("add `encoder_norm`=folded"),
      std::string::npos);
}

TEST(Misfit, NamesTheCause) {
  const auto no_statistics = encoder_weights("resnet18:layer3", {}, [](const std::string& name) {
    return name.find("running") == std::string::npos ? name : "";
  });
  EXPECT_NE(misfit(no_statistics, "resnet18:layer3")
                .find("15 batch norms have no running_mean and running_var"),
            std::string::npos);
  EXPECT_NE(nearest_encoder(no_statistics).find("resnet18:layer3: 15 batch norms have no"),
            std::string::npos)
      << nearest_encoder(no_statistics);
  const auto other = encoder_weights("resnet18", {}, [](const std::string& name) { return name; });
  EXPECT_NE(misfit(other).find("it fits resnet18, resnet18:layer3"), std::string::npos)
      << misfit(other);
  SafetensorsWriter keras;
  const float value = 0;
  keras.add("block1_conv1/kernel:0", StoredType::kF32, {1}, &value);
  EXPECT_NE(misfit(file_of(keras)).find("names are those of Keras"), std::string::npos);
}

TEST(MisfitSlow, OneEfficientNetLiteIsNotAnother) {
  const auto file = encoder_weights("efficientnet_lite1", {}, names_of("EfficientNet-PyTorch"));
  EXPECT_EQ(fitting_encoders(file).front().encoder, "efficientnet_lite1");
  for (const char* other : {"efficientnet_lite0", "efficientnet_lite2", "mobilenet_v2"}) {
    const std::string message = misfit(file, other, kBatch);
    EXPECT_NE(message.find("it fits efficientnet_lite1"), std::string::npos) << message;
  }
}

TEST(Misfit, ATypeThatIsNotReadIsNamed) {
  SafetensorsWriter writer;
  add_encoder(writer, kNet, {}, [](const std::string& name) { return name; });
  const auto bytes = writer.bytes(Checksum::kNone);
  std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const std::string from = R"("features.0.bias":{"dtype":"F32")";
  text.replace(text.find(from), from.size(), R"("features.0.bias":{"dtype":"X32")");
  const WeightsFile file = SafetensorsFile::parse(std::as_bytes(std::span(text)), "weights");
  EXPECT_NE(misfit(file).find("tensor 'features.0.bias' has the type X32, which is not read"),
            std::string::npos);
}

TEST(Fit, NormsAreFoundBehindTheirConvolutions) {
  EXPECT_EQ(norm_behind("conv1"), "bn1");
  EXPECT_EQ(norm_behind("layer1.0.conv2"), "layer1.0.bn2");
  EXPECT_EQ(norm_behind("layer1.0.downsample.0"), "layer1.0.downsample.1");
  EXPECT_EQ(norm_behind("features.1.conv.0.0"), "features.1.conv.0.1");
  EXPECT_EQ(norm_behind("features.1.squeeze"), "");
  EXPECT_EQ(norm_behind("features.1234567"), "");
}

}  // namespace
}  // namespace storyteller::fit_test
