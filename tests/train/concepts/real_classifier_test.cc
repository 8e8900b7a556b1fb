// The classifier that MobileNetV2 was trained with names what is in photographs.
#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "model/captioner.h"
#include "model/encoder/classifier_weights.h"
#include "model/image/decode.h"
#include "tests/real_data.h"
#include "train/concepts/imagenet_words.h"

namespace storyteller::real_classifier_test {
namespace {

TEST(RealClassifier, NamesWhatIsInPhotographs) {
  STORYTELLER_REQUIRE_DATA(photos, "photos");
  STORYTELLER_REQUIRE_DATA(file, "encoders/mobilenet_v2_1.0_224.safetensors");
  const std::vector<std::string> words = {"dog",   "pizza", "elephant", "laptop",
                                          "zebra", "bus",   "bird",     "clock"};
  std::vector<std::string> all = {"<pad>", "<start>", "<end>", "<unk>"};
  all.insert(all.end(), words.begin(), words.end());
  const Vocabulary vocabulary(all);
  const WeightsFile weights = WeightsFile::open(file);
  const auto classifier = find_classifier(weights, 1280);
  ASSERT_TRUE(classifier);
  EXPECT_FALSE(find_classifier(weights, 1024));
  ModelOptions options;
  options.concepts.count = 8;
  Captioner captioner(
      options, vocabulary, Device::cpu(), 1, /*with_gradients=*/false, DType::kFloat32, {},
      {.words = words, .of_class = concepts_of_classes(words, vocabulary, classifier->classes)});
  captioner.encoder().load_pretrained(weights);
  take_classifier(*classifier, "classifier", captioner.parameters());
  for (const auto& [picture, word] :
       {std::pair("000000519208.jpg", "elephant"), {"000000160012.jpg", "pizza"}}) {
    const std::vector<Image> pictures = {read_image(photos / picture)};
    const auto seen = captioner.concepts()->detect(captioner.encode(pictures));
    ASSERT_FALSE(seen[0].empty()) << picture;
    EXPECT_EQ(words[static_cast<size_t>(seen[0][0].number)], word) << picture;
  }
}

}  // namespace
}  // namespace storyteller::real_classifier_test
