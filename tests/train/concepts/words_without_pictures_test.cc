// What concepts are for: a thing that no captioned picture showed is called by its name, which
// captions without pictures taught, because the encoder's own classifier knows the thing.
#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/system/threads.h"
#include "kernels/philox.h"
#include "tests/temporary_folder.h"
#include "train/concepts/choose_concepts.h"
#include "train/concepts/imagenet_words.h"
#include "train/features/feature_key.h"
#include "train/trainer.h"

namespace storyteller::words_without_pictures_test {
namespace {

constexpr size_t kRegions = 49, kWidth = 1280;  // of mobilenet_v2
constexpr uint64_t kZebra = 99;                 // number of its pattern
constexpr size_t kPictures = 16;
constexpr int64_t kZebraClass = 340;

const std::vector<std::string> kThings = {"dog", "house", "boat", "bird"};
const std::vector<std::string> kPlaces = {"by the sea", "in the snow", "at night"};

/// What the encoder sees of picture `n`.
std::vector<float> pattern(uint64_t n) {
  std::vector<float> values;
  for (uint64_t d = 0; d < kWidth; ++d) values.push_back(uniform01(philox(n, 4, d)[0]) - 0.5F);
  return values;
}

/// Pictures of four things, and behind them, where it is so wished, captions of zebras without
/// pictures.
class ThingsAndZebras : public Dataset {
 public:
  explicit ThingsAndZebras(size_t zebras) : zebras_(zebras) {}
  size_t size() const override { return kPictures + zebras_; }
  std::string id(size_t i) const override { return std::to_string(i); }
  std::vector<std::string> captions(size_t i) const override {
    const std::string thing = has_picture(i) ? kThings[i % kThings.size()] : "zebra";
    return {"a " + thing + " " + kPlaces[i % 3], "there is a " + thing};
  }
  bool has_picture(size_t i) const override { return i < kPictures; }
  Image load(size_t i, std::vector<std::string>*) const override {
    if (!has_picture(i)) throw InputError("no picture");
    return solid_image(8, 8, {static_cast<uint8_t>(i), 0, 0});
  }
  std::string picture_bytes(size_t) const override { return {}; }
  uint64_t fingerprint() const override { return size(); }
  const BadPictures& skipped() const override { return none_; }

 private:
  size_t zebras_;
  BadPictures none_;
};

std::unique_ptr<FeatureCache> features_of(const Dataset& pictures,
                                          const std::filesystem::path& file) {
  FeatureBuild build;
  BadPictures bad;
  build.bad = &bad;
  build.extract = [](std::span<const Image> images, float* out) {
    for (const Image& image : images) {
      const std::vector<float> seen = pattern(image.rgb[0]);
      for (size_t l = 0; l < kRegions; ++l) out = std::copy(seen.begin(), seen.end(), out);
    }
  };
  return FeatureCache::open_or_build(file, {1, pictures.fingerprint(), 3},
                                     {pictures.size(), kRegions, kWidth}, pictures, build);
}

/// What a picture of a zebra is called by a model that was trained on these captions.
std::string called(size_t zebras) {
  set_threads(2);
  const TemporaryFolder folder;
  const ThingsAndZebras pictures(0), all(zebras);
  const CaptionCorpus corpus(all), validation(pictures);
  ModelOptions model;
  model.decoder.embedding = model.decoder.hidden = model.decoder.attention = 24;
  model.decoder.embedding_dropout = model.decoder.output_dropout = 0;
  model.search.beam = 2;
  model.concepts = {.count = 12, .inputs = 4};
  const Vocabulary vocabulary = Vocabulary::build(corpus.word_counts(), 1);
  ConceptTable table = choose_concepts(corpus, vocabulary, model.concepts.count);
  table.of_class = concepts_of_classes(table.words, vocabulary, 1000);
  Captioner captioner(model, vocabulary, Device::cpu(), 1, /*with_gradients=*/true, DType::kFloat32,
                      {}, table);

  Parameters& parameters = captioner.parameters();
  const Tensor& weight = parameters.value(parameters.find("classifier.weight"));
  std::vector<float> zebra = pattern(kZebra);
  for (float& x : zebra) x *= 0.3F;
  weight.row_range(kZebraClass, 1).copy_from_host(zebra.data());
  parameters.bump_version();

  std::vector<std::unique_ptr<FeatureCache>> parts;
  parts.push_back(features_of(pictures, folder / "features"));
  if (zebras > 0) parts.push_back(FeatureCache::without_pictures({zebras, kRegions, kWidth}));
  const auto features = FeatureCache::joined(std::move(parts));
  const auto of_validation = features_of(pictures, folder / "features");
  TrainOptions options;
  constexpr int kSteps = 300;
  options.epochs = 1000;  // the learning rate stays
  options.batch_size = 12;
  options.learning_rate = 0.01;
  options.coverage_weight = 0;
  options.concept_noise = {.drop = 0.1, .added = 0.3};
  TrainingData data{.train = all,
                    .train_captions = corpus,
                    .train_features = features.get(),
                    .validation = {{.name = "",
                                    .dataset = pictures,
                                    .captions = validation,
                                    .features = of_validation.get()}}};
  BadPictures bad;
  std::filesystem::create_directories(folder / "run");
  Trainer trainer(options, captioner, data, folder / "run", bad);
  for (int step = 0; step < kSteps; ++step) trainer.train_step();

  std::vector<float> seen;
  for (size_t l = 0; l < kRegions; ++l) {
    const std::vector<float> region = pattern(kZebra);
    seen.insert(seen.end(), region.begin(), region.end());
  }
  const Tensor features_of_zebra = Tensor::from({1, kRegions, kWidth}, seen);
  return captioner.sentence(captioner.caption(features_of_zebra, model.search).front());
}

TEST(WordsWithoutPictures, AreSaidOfWhatTheClassifierKnows) {
  EXPECT_EQ(called(0).find("zebra"), std::string::npos);
  const std::string caption = called(16);
  EXPECT_NE(caption.find("zebra"), std::string::npos) << caption;
}

}  // namespace
}  // namespace storyteller::words_without_pictures_test
