#include "train/features/feature_key.h"

#include <gtest/gtest.h>

#include "train/data/dataset.h"

namespace storyteller::feature_key_test {
namespace {

FeatureKey key_of(const ModelOptions& options, bool other_weights = false) {
  const auto dataset = open_dataset("scenes:train=2,val=1", Split::kTrain);
  Captioner captioner(options, Vocabulary({"<pad>", "<start>", "<end>", "<unk>", "dog"}),
                      Device::cpu(), 1, false);
  if (other_weights) captioner.parameters().value(0).data<float>()[0] += 1;
  return feature_key(captioner, *dataset);
}

TEST(FeatureKey, DependsOnAllThatFeaturesDependOn) {
  ModelOptions options;
  options.encoder = "resnet18";
  const FeatureKey key = key_of(options);
  EXPECT_EQ(key.encoder, key_of(options).encoder);
  EXPECT_NE(key.encoder, key_of(options, /*other_weights=*/true).encoder);
  ModelOptions other = options;
  other.decoder.hidden = 8;
  EXPECT_EQ(key.encoder, key_of(other).encoder);
  other.encoder_choices.stride = EncoderChoices::Stride::kV1;
  EXPECT_NE(key.encoder, key_of(other).encoder);
  other = options;
  other.encoder_choices.padding = EncoderChoices::Padding::kTensorflowSame;
  EXPECT_NE(key.encoder, key_of(other).encoder);
  other = options;
  other.encoder_choices.channels = EncoderChoices::Channels::kBgr;
  EXPECT_NE(key.preprocessing, key_of(other).preprocessing);
  other = options;
  other.encoder = "resnet18:layer3";
  EXPECT_NE(key.encoder, key_of(other).encoder);
}

}  // namespace
}  // namespace storyteller::feature_key_test
