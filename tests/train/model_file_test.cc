// A model file of format 1 that was written once (tests/goldens/make_model.sh) stays readable, and
// says what it said.
#include <gtest/gtest.h>

#include "core/serialization/safetensors.h"
#include "model/captioner.h"
#include "model/image/decode.h"
#include "tests/temporary_folder.h"
#include "train/training_state.h"

namespace storyteller::model_file_test {
namespace {

const std::filesystem::path kGoldens =
    std::filesystem::path(STORYTELLER_SOURCE_DIR) / "tests/goldens";

TEST(ModelFile, OfFormatOneStaysReadable) {
  const auto path = kGoldens / "model_v1.storyteller";
  ASSERT_LT(std::filesystem::file_size(path), size_t{2} << 20U);
  const auto captioner = Captioner::load(path, Device::cpu());
  EXPECT_EQ(captioner->encoder().name(), "scene_cnn");
  EXPECT_EQ(captioner->vocabulary().size(), 68);
  EXPECT_EQ(captioner->options().decoder.hidden, 48);
  EXPECT_EQ(captioner->options().search.beam, 2);
  EXPECT_EQ(captioner->preprocessing().width, 96);

  const std::vector<Image> picture = {read_image(kGoldens / "model_v1_scene.jpg")};
  const auto found = captioner->caption(picture, captioner->options().search);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(captioner->sentence(found[0]), "a large white heart");
  EXPECT_NEAR(found[0].log_probability, -4.0895, 0.02);
  EXPECT_TRUE(found[0].finished);

  const SafetensorsFile file = SafetensorsFile::open(path);
  const auto history = history_from_json(file.metadata("storyteller.history"), file.file());
  ASSERT_EQ(history.size(), 8U);
  EXPECT_NEAR(history.back().scores["cider"], 1.0004, 5e-4);
}

TEST(ModelFile, IsWrittenBackToTheSameTensors) {
  const TemporaryFolder folder;
  const auto captioner = Captioner::load(kGoldens / "model_v1.storyteller", Device::cpu());
  SafetensorsWriter writer;
  captioner->add_to(writer);
  writer.write(folder / "again.storyteller");
  const SafetensorsFile before = SafetensorsFile::open(kGoldens / "model_v1.storyteller"),
                        after = SafetensorsFile::open(folder / "again.storyteller");
  ASSERT_EQ(after.names(), before.names());
  for (const std::string& name : before.names()) {
    const auto a = before.find(name), b = after.find(name);
    EXPECT_TRUE(std::equal(a.bytes.begin(), a.bytes.end(), b.bytes.begin(), b.bytes.end())) << name;
    EXPECT_TRUE(std::equal(a.shape.begin(), a.shape.end(), b.shape.begin(), b.shape.end())) << name;
  }
  for (const char* key :
       {"storyteller.format", "storyteller.vocabulary", "storyteller.preprocessing"}) {
    EXPECT_EQ(after.metadata(key), before.metadata(key));
  }
}

}  // namespace
}  // namespace storyteller::model_file_test
