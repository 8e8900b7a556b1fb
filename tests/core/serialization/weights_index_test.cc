#include "core/serialization/weights_index.h"

#include <string>

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/serialization/safetensors_writer.h"
#include "core/serialization/weights_file.h"
#include "tests/temporary_folder.h"

namespace storyteller::weights_index_test {
namespace {

class WeightsIndexTest : public testing::Test {
 protected:
  void part(const std::string& name, const std::string& tensor, float value) const {
    SafetensorsWriter writer;
    writer.add(tensor, StoredType::kF32, {1}, &value);
    writer.write(folder_ / name);
  }
  void index(const std::string& json) const { write_text(folder_ / kIndex, json); }
  std::string refused(const std::string& json) const {
    index(json);
    return message_of<ModelError>([&] { WeightsFile::open(folder_ / kIndex); });
  }

  static constexpr const char* kIndex = "model.safetensors.index.json";
  TemporaryFolder folder_;
};

TEST_F(WeightsIndexTest, PartsAreOneFileByTheIndexOrTheFolder) {
  part("model-00001-of-00002.safetensors", "module.a", 1);
  part("model-00002-of-00002.safetensors", "module.b", 2);
  index(R"( {"metadata":{"total_size":8,"more":[1,{"weight_map":{"x":2}}]},
    "weight_map":{"module.a":"model-00001-of-00002.safetensors",
                  "module.b":"model-00002-of-00002.safetensors"}})");
  for (const auto& path : {folder_ / kIndex, folder_.path()}) {
    const auto file = WeightsFile::open(path);
    EXPECT_EQ(file.names(), (std::vector<std::string>{"a", "b"}));
    std::vector<float> value(1);
    file.read_float("b", value);
    EXPECT_EQ(value[0], 2);
    EXPECT_TRUE(file.part_of().empty());
  }
  const auto alone = WeightsFile::open(folder_ / "model-00001-of-00002.safetensors");
  EXPECT_TRUE(alone.part_of().starts_with("part 1 of 2; give ")) << alone.part_of();
  EXPECT_TRUE(alone.part_of().ends_with("model.safetensors.index.json to read all"));
}

TEST_F(WeightsIndexTest, WhatIsWrongWithAnIndexIsSaid) {
  part("part.safetensors", "a", 1);
  const auto has = [](const std::string& message, const std::string& what) {
    EXPECT_NE(message.find(what), std::string::npos) << message;
  };
  for (const char* outside : {"../part.safetensors", "/part", "x/../../y", ""}) {
    has(refused(R"({"weight_map":{"a":")" + std::string(outside) + R"("}})"), "lies outside");
  }
  has(refused(R"({"weight_map":{"a":"absent.safetensors"}})"), "is not there");
  has(refused(R"({"weight_map":{"b":"part.safetensors"}})"), "tensor 'b' is not in its part");
  has(refused(R"({"weight_map":{"a":"part.safetensors","a":"b"}})"), "tensor 'a' is there twice");
  has(refused(R"({"weight_map":{"a":1}})"), "tensor 'a' has no name of a file");
  has(refused(R"({"weight_map":{"a":["x"]}})"), "tensor 'a' has no name of a file");
  has(refused(R"({"weight_map":{}})"), "no \"weight_map\"");
  has(refused(R"({"hidden_size":1})"), "no \"weight_map\"");
  has(refused(R"({"error":"Access is restricted"})"), "a server said");
  has(refused("{\"weight_map\":"), "not valid JSON");
  has(refused("{\"x\":" + std::string(1'000'000, '[')), "not valid JSON");
  has(refused("{\"weight_map\": {\"a\":\"part.safetensors\"}}" + std::string(1, '\0')),
      "zero byte");
  has(refused("{\"weight_map\":{\"a\":\"" + std::string(kIndex) + "\"}}"),
      "is JSON text, not weights");
  std::string many;
  for (size_t i = 0; i <= kMaxWeightsParts; ++i) {
    many += (i > 0 ? ",\"t" : "\"t") + std::to_string(i) + "\":\"p" + std::to_string(i) + "\"";
  }
  has(refused("{\"weight_map\":{" + many + "}}"), "more than 1000 parts");
}

TEST_F(WeightsIndexTest, AFolderWithOneFileOfWeightsIsThatFile) {
  part("model.safetensors", "a", 1);
  write_text(folder_ / "config.json", "{}");
  EXPECT_EQ(WeightsFile::open(folder_.path()).names(), std::vector<std::string>{"a"});
  write_text(folder_ / "pytorch_model.bin", "the same for PyTorch");
  EXPECT_EQ(WeightsFile::open(folder_.path()).names(), std::vector<std::string>{"a"});
  part("other.safetensors", "b", 1);
  EXPECT_NE(message_of<ModelError>([&] {
              WeightsFile::open(folder_.path());
            }).find("inside it: model.safetensors, other.safetensors, pytorch_model.bin"),
            std::string::npos);
}

TEST_F(WeightsIndexTest, OnlyNumbersOfPartsMakeAPart) {
  EXPECT_EQ(described_as_part("best-of-2.safetensors"), "");
  EXPECT_EQ(described_as_part("model-1-of-1.safetensors"), "");
  EXPECT_EQ(described_as_part("a-x-of-2.bin"), "");
  EXPECT_EQ(described_as_part("a-of-"), "");
  EXPECT_TRUE(described_as_part("a-2-of-3.bin").starts_with("part 2 of 3; put the other parts"));
}

}  // namespace
}  // namespace storyteller::weights_index_test
