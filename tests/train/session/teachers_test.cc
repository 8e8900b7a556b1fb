#include "train/session/teachers.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/serialization/safetensors_writer.h"
#include "tests/temporary_folder.h"
#include "tests/train/tiny_training.h"

namespace storyteller::teachers_test {
namespace {

class TeachersTest : public testing::Test {
 protected:
  std::unique_ptr<Captioner> model(const std::string& encoder, uint64_t seed,
                                   const EncoderTraining& training = {}, int min_count = 1) const {
    ModelOptions options;
    options.encoder = encoder;
    options.decoder.embedding = options.decoder.hidden = options.decoder.attention = 8;
    return std::make_unique<Captioner>(options,
                                       Vocabulary::build(captions_.word_counts(), min_count),
                                       Device::cpu(), seed, true, DType::kFloat32, training);
  }
  std::filesystem::path save(const std::string& name, const Captioner& captioner) const {
    SafetensorsWriter writer;
    captioner.add_to(writer);
    writer.write(folder_ / name);
    return folder_ / name;
  }
  static std::string refusal(const std::filesystem::path& file, Captioner& student) {
    return message_of<UsageError>([&] { load_teachers(std::span(&file, 1), student); });
  }

  TemporaryFolder folder_;
  TinyDataset dataset_{TinyDataset::varied_captions(6)};
  CaptionCorpus captions_{dataset_};
};

TEST_F(TeachersTest, AreLoadedWithoutGradientsAndTheirContentIsKnown) {
  const auto student = model("mobilenet_v2", 1);
  const std::vector<std::filesystem::path> files = {save("a", *model("mobilenet_v2", 2)),
                                                    save("b", *model("mobilenet_v2", 3)),
                                                    save("c", *model("mobilenet_v2", 2))};
  const Teachers teachers = load_teachers(files, *student);
  ASSERT_EQ(teachers.models.size(), 3U);
  EXPECT_EQ(teachers.models[0]->parameters().var(0).slot(), nullptr);
  ASSERT_EQ(teachers.records.size(), 3U);
  EXPECT_EQ(teachers.records[1].file, files[1].string());
  EXPECT_NE(teachers.records[0].content, teachers.records[1].content);
  EXPECT_EQ(teachers.records[0].content, teachers.records[2].content);
  EXPECT_TRUE(load_teachers({}, *model("scene_cnn", 1)).models.empty());
}

TEST_F(TeachersTest, MustKnowTheStudentsWordsAndSeeWhatItSees) {
  const auto student = model("mobilenet_v2", 1);
  const std::string words = refusal(save("words", *model("mobilenet_v2", 2, {}, 3)), *student);
  EXPECT_NE(words.find("words: a teacher must know the student's words"), std::string::npos)
      << words;
  EXPECT_NE(words.find("that of the student has"), std::string::npos) << words;

  const std::string net = refusal(save("net", *model("resnet50", 2)), *student);
  EXPECT_NE(net.find("the student has mobilenet_v2, this model resnet50"), std::string::npos)
      << net;
  const auto other = model("mobilenet_v2", 2);
  fill_encoder(other->parameters());
  const std::string weights = refusal(save("weights", *other), *student);
  EXPECT_NE(weights.find("with other weights"), std::string::npos) << weights;
}

TEST_F(TeachersTest, AreRefusedWhereTheStudentsEncoderLearns) {
  const auto file = save("a", *model("mobilenet_v2", 2));
  const std::string scene = refusal(file, *model("scene_cnn", 1));
  EXPECT_NE(scene.find("`encoder`=scene_cnn learns"), std::string::npos) << scene;
  const std::string tuned = refusal(file, *model("mobilenet_v2", 1, {.from = "all"}));
  EXPECT_NE(tuned.find("`encoder_training` lets it learn"), std::string::npos) << tuned;
}

}  // namespace
}  // namespace storyteller::teachers_test
