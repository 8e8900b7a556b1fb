#include "model/encoder/stored_weights.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "model/encoder/weights_inspection.h"
#include "tests/model/encoder/weights_of.h"
#include "tests/temporary_folder.h"

namespace storyteller::stored_weights_test {
namespace {

TEST(WeightsInspection, NamesOddTensorsAndWhatFits) {
  SafetensorsWriter writer;
  const std::vector<float> odd = {1, std::nanf(""), 2, HUGE_VALF}, zeros(4), bias(2);
  add_encoder(writer, "mobilenet_v2", {}, [](const std::string& name) { return name; });
  writer.add("odd", StoredType::kF32, {4}, odd.data());
  writer.add("kernel", StoredType::kF32, {2, 2}, zeros.data());
  writer.add("bias", StoredType::kF32, {2}, bias.data());
  const WeightsFile file = file_of(writer);
  const WeightsInspection found = inspect(file);
  ASSERT_EQ(found.not_finite.size(), 1U);
  EXPECT_EQ(found.not_finite[0].name, "odd");
  EXPECT_EQ(found.not_finite[0].values, 2U);
  ASSERT_EQ(found.zero.size(), 1U) << "biases may be 0";
  EXPECT_EQ(found.zero[0].name, "kernel");
  ASSERT_FALSE(found.encoders.empty());
  EXPECT_EQ(found.encoders[0].encoder, "mobilenet_v2");
  EXPECT_GT(found.elements, 2'000'000);
}

EncoderWeights some_weights(float value) {
  return {.tensors = {{.name = "stem", .shape = {2, 2}, .values = {value, 1, 2, 3}}},
          .biases = {{.name = "bias", .shape = {1}, .values = {0.5F}}},
          .warnings = {}};
}

TEST(StoredWeights, NarrowTypesAreWarnedOfWhatBecomesZero) {
  EXPECT_EQ(narrowing_warning("file", some_weights(1e-9F), StoredType::kF32), "");
  EXPECT_EQ(narrowing_warning("file", some_weights(0.25F), StoredType::kF16), "");
  const std::string warning = narrowing_warning("file", some_weights(1e-9F), StoredType::kF16);
  EXPECT_NE(warning.find("'stem' (1 of 4)"), std::string::npos) << warning;
  const std::string message = message_of<ModelError>(
      [] { narrowing_warning("file", some_weights(1e6F), StoredType::kF16); });
  EXPECT_NE(message.find("file: tensor 'stem'"), std::string::npos) << message;
}

TEST(StoredWeights, AreReadBack) {
  const TemporaryFolder folder;
  write_encoder_weights(some_weights(0.25F), "mobilenet_v2", StoredType::kBF16, folder / "file");
  const WeightsFile file = WeightsFile::open(folder / "file");
  std::vector<float> stem(4);
  file.read_float("stem", stem);
  EXPECT_EQ(stem, (std::vector<float>{0.25F, 1, 2, 3}));
  EXPECT_TRUE(file.contains("bias"));
  EXPECT_EQ(SafetensorsFile::open(folder / "file").metadata("storyteller.encoder"), "mobilenet_v2");
}

}  // namespace
}  // namespace storyteller::stored_weights_test
