#include "model/confidence/confidence.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>

#include "core/error.h"
#include "model/confidence/confidence_file.h"

namespace storyteller::confidence_test {
namespace {

constexpr SubjectKinds kDog = 16, kMan = 1;

/// Features of 4 channels along 2 axes; 60 pictures along the first one know dogs, 40 along the
/// second a man.
PictureMemory tiny_memory() {
  std::vector<std::int8_t> directions;
  std::vector<SubjectKinds> kinds;
  for (int i = 0; i < 100; ++i) {
    const bool first = i < 60;
    directions.push_back(static_cast<std::int8_t>(first ? 127 : i - 60));
    directions.push_back(static_cast<std::int8_t>(first ? i / 10 : 127));
    kinds.push_back(first ? kDog : kMan);
  }
  return {{1, 0, 0, 0, 0, 1, 0, 0}, std::move(directions), std::move(kinds)};
}

ConfidenceValues tiny_values() {
  ConfidenceValues values;
  values.caption = {{{"agreement", 0.5, 0.25, 2}}, 0.5};
  values.photo = {{{"norm", 1, 1, 4}}, 0};
  values.cut_offs = {.sure = 0.9, .likely = 0.4};
  for (int q = 0; q <= 50; ++q) values.domain.push_back(0.5 + 0.01 * q);
  values.fitted = {.data = "flickr8k:x",
                   .split = "val",
                   .elsewhere = "",
                   .pictures = 300,
                   .base_rate = 0.8,
                   .auroc = 0.75,
                   .ece = 0.02,
                   .seed = 1};
  return values;
}

Caption caption_of(std::vector<int> words, double log_probability, bool finished = true) {
  Caption caption;
  caption.words = std::move(words);
  caption.log_probability = log_probability;
  caption.finished = finished;
  return caption;
}

TEST(Signals, PooledFeaturesOfTwoRegions) {
  const float features[] = {0, 1, 0.1F, 0, 0, 3, 0.1F, 0};  // (2,4)
  const PooledFeatures one = pooled(features, 2, 4);
  EXPECT_FLOAT_EQ(one.mean[1], 2);
  EXPECT_DOUBLE_EQ(one.active, 0.5);
  EXPECT_DOUBLE_EQ(one.spread, 0.25);  // 1 of one channel in four
  EXPECT_NEAR(one.norm, std::sqrt(4 + 0.01), 1e-6);
  EXPECT_THROW(pooled(features, 3, 4), InternalError);
}

TEST(Signals, TheEndCountsWhereItWasReached) {
  EXPECT_DOUBLE_EQ(mean_log_probability(caption_of({5, 6, 7}, -8)), -2);
  EXPECT_DOUBLE_EQ(mean_log_probability(caption_of({5, 6, 7, 8}, -8, false)), -2);
}

TEST(PictureMemory, NearestByCosine) {
  const PictureMemory memory = tiny_memory();
  const float dog[] = {2, 0, 0, 0};
  const auto nearest = memory.nearest(dog);
  ASSERT_EQ(nearest.kinds.size(), PictureMemory::kNeighbours);
  EXPECT_DOUBLE_EQ(nearest.agreement(kDog), 1);
  EXPECT_DOUBLE_EQ(nearest.agreement(kMan), 0);
  EXPECT_GT(nearest.likeness, 0.999);
  const float man[] = {0, 1, 0, 0};  // 40 pictures, then 10 of the others
  EXPECT_DOUBLE_EQ(memory.nearest(man).agreement(kMan), 0.8);
  // What lies beside the axes is like nothing: half of the norm, half of the likeness.
  const float odd[] = {1, 0, std::sqrt(3.0F), 0};
  EXPECT_NEAR(memory.nearest(odd).likeness, nearest.likeness / 2, 1e-3);
  const float nothing[4] = {};
  EXPECT_EQ(memory.nearest(nothing).likeness, 0);
  EXPECT_THROW(memory.nearest(std::span(dog).first(3)), InternalError);
}

TEST(Confidence, AssessesByTheFormula) {
  const Confidence confidence(tiny_values(), tiny_memory());
  const float features[] = {2, 0, 0, 0};
  const std::vector<std::string> words = {"a", "dog"};
  const Assessment sure = confidence.assess(features, caption_of({5, 6}, -2), words);
  EXPECT_NEAR(*sure.confidence, 1 / (1 + std::exp(-(0.5 + 2 * (1 - 0.5) / 0.25))), 1e-12);
  EXPECT_NEAR(*sure.photo, 1 / (1 + std::exp(-4.0)), 1e-12);
  EXPECT_GT(*sure.domain, 0.99);
  EXPECT_EQ(sure.grade, Grade::kSure);
  const std::vector<std::string> wrong = {"a", "man"};
  EXPECT_EQ(confidence.assess(features, caption_of({5, 6}, -2), wrong).grade, Grade::kUnsure);
  const float dark[] = {0.1F, 0, 0, 0};
  const Assessment none = confidence.assess(dark, caption_of({5, 6}, -2), words);
  EXPECT_FALSE(none.is_photograph());
  EXPECT_EQ(none.grade, Grade::kUnsure);
}

TEST(Confidence, GradesHaveGates) {
  const ConfidenceValues::CutOffs cut_offs{.sure = 0.9, .likely = 0.6};
  EXPECT_EQ(grade_of(0.95, 0.9, 0.3, cut_offs), Grade::kSure);
  EXPECT_EQ(grade_of(0.95, 0.9, 0.29, cut_offs), Grade::kLikely);
  EXPECT_EQ(grade_of(0.95, 0.9, 0.01, cut_offs), Grade::kUnsure);
  EXPECT_EQ(grade_of(0.95, 0.49, 1, cut_offs), Grade::kUnsure);
  EXPECT_EQ(grade_of(0.89, 0.9, 1, cut_offs), Grade::kLikely);
  EXPECT_EQ(grade_of(0.59, 0.9, 1, cut_offs), Grade::kUnsure);
  EXPECT_EQ(grade_of(1, 1, 1, {.sure = std::nullopt, .likely = 0}), Grade::kLikely);
}

TEST(Confidence, DomainAndRemoteness) {
  const double quantiles[] = {0.2, 0.4, 0.6};
  EXPECT_EQ(quantile_of(0.1, quantiles), 0);
  EXPECT_DOUBLE_EQ(quantile_of(0.5, quantiles), 0.75);
  EXPECT_EQ(quantile_of(0.9, quantiles), 1);
  EXPECT_NEAR(remoteness_of(0.1, quantiles), 0.14, 1e-12);  // the tenth percentile is 0.24
  EXPECT_EQ(remoteness_of(0.3, quantiles), 0);
}

TEST(ConfidenceFile, ReadsBackWhatItWrote) {
  const Confidence written(as_stored(tiny_values()), tiny_memory());
  SafetensorsWriter writer;
  add_confidence(written, writer);
  const auto file = SafetensorsFile::parse(writer.bytes(), "m.storyteller");
  EXPECT_LT(file.metadata(kConfidenceKey).size(), 2048U);
  const auto read = confidence_of(file);
  ASSERT_NE(read, nullptr);
  EXPECT_EQ(read->values().fitted.data, "flickr8k:x");
  const float features[] = {1, 0.3F, 0.1F, 0};
  const std::vector<std::string> words = {"a", "dog"};
  const Caption caption = caption_of({5, 6}, -2);
  EXPECT_EQ(*read->assess(features, caption, words).confidence,
            *written.assess(features, caption, words).confidence);
  EXPECT_EQ(*read->assess(features, caption, words).domain,
            *written.assess(features, caption, words).domain);
}

/// The message of reading a file whose calibration is `text`.
std::string message_of(const std::string& text) {
  SafetensorsWriter writer;
  add_confidence(Confidence(tiny_values(), tiny_memory()), writer);
  writer.set_metadata(kConfidenceKey, text);
  try {
    confidence_of(SafetensorsFile::parse(writer.bytes(), "m.storyteller"));
  } catch (const ModelError& error) {
    return error.what();
  }
  return "";
}

TEST(ConfidenceFile, DamageIsNamed) {
  EXPECT_NE(message_of("[").find("m.storyteller: its calibration"), std::string::npos);
  EXPECT_NE(message_of(R"({"version":9})").find("another version"), std::string::npos);
  EXPECT_NE(message_of(R"({"version":1})").find("lacks a value"), std::string::npos);
  SafetensorsWriter writer;
  add_confidence(Confidence(tiny_values(), tiny_memory()), writer);
  std::string text = SafetensorsFile::parse(writer.bytes(), "x").metadata(kConfidenceKey);
  text.replace(text.find("agreement"), 9, "telepathy");
  EXPECT_NE(message_of(text).find("'telepathy'"), std::string::npos);
  SafetensorsWriter bare;
  bare.set_metadata("a", "b");
  EXPECT_EQ(confidence_of(SafetensorsFile::parse(bare.bytes(), "x")), nullptr);
}

}  // namespace
}  // namespace storyteller::confidence_test
