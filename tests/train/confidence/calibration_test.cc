#include "train/confidence/calibration.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "core/random_stream.h"
#include "train/confidence/made_pictures.h"
#include "train/confidence/memory_fit.h"

namespace storyteller::calibration_test {
namespace {

/// Captions whose agreement tells right from wrong, with errors.
std::vector<JudgedCaption> captions(size_t count, double shift, uint64_t seed) {
  RandomStream random(seed, 0);
  std::vector<JudgedCaption> all;
  for (size_t i = 0; i < count; ++i) {
    JudgedCaption one;
    one.signals.agreement = random.uniform();
    one.signals.mean_log_probability = -random.uniform();
    one.signals.likeness = 0.6 + 0.2 * random.uniform() - shift;
    one.signals.active = 0.5 + 0.1 * random.uniform();
    one.signals.spread = 0.5;
    one.signals.norm = 20 + random.uniform();
    const double p = 1 / (1 + std::exp(-(8 * one.signals.agreement - 2 - 20 * shift)));
    one.right = random.uniform() < p;
    all.push_back(one);
  }
  return all;
}

std::vector<Signals> nothings(size_t count) {
  std::vector<Signals> all = std::vector<Signals>(count);
  RandomStream random(3, 0);
  for (Signals& none : all) none = {.active = 0.2 * random.uniform(), .norm = 20};
  return all;
}

TEST(Calibration, LearnsWhatTellsRightFromWrong) {
  const CalibrationData data{.own = captions(1000, 0, 1), .elsewhere = {}, .none = nothings(100)};
  const Calibration calibration = calibrate(data);
  const CalibrationReport& report = calibration.report;
  EXPECT_GT(*report.own.auroc, 0.85);
  EXPECT_LT(report.own.calibration_error, 0.05);
  EXPECT_GT(*report.photo_auroc, 0.99);
  EXPECT_GT(report.none_flagged, 0.95);
  EXPECT_EQ(report.own.grades.captions(), 1000U);
  EXPECT_GE(*report.own.grades.sure.precision(), 0.95);
  EXPECT_FALSE(report.elsewhere.has_value());
  ASSERT_EQ(calibration.values.caption.terms.size(), 2U);
  EXPECT_GT(calibration.values.caption.terms[1].weight, 1);
  EXPECT_EQ(calibration.values.fitted.pictures, 1000U);
  // The same data and seed, the same values.
  EXPECT_EQ(calibrate(data).values.caption.bias, calibration.values.caption.bias);
}

TEST(Calibration, PicturesFromElsewhereAreLessSure) {
  const CalibrationData data{
      .own = captions(1000, 0, 1), .elsewhere = captions(300, 0.2, 2), .none = nothings(100)};
  const Calibration calibration = calibrate(data);
  ASSERT_TRUE(calibration.report.elsewhere.has_value());
  EXPECT_LT(calibration.report.elsewhere->confidence, calibration.report.own.confidence - 0.1);
  EXPECT_EQ(calibration.report.elsewhere->grades.sure.captions, 0U);  // the domain's gate
  EXPECT_EQ(calibration.values.caption.terms.back().signal, "remoteness");
  EXPECT_LT(calibration.values.caption.terms.back().weight, 0);
}

TEST(Calibration, RefusesTooFewOrOneKind) {
  const auto message = [](const CalibrationData& data) {
    try {
      calibrate(data);
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CalibrationData data{.own = captions(199, 0, 1), .elsewhere = {}, .none = nothings(10)};
  EXPECT_NE(message(data).find("there are 199"), std::string::npos);
  data.own = captions(200, 0, 1);
  EXPECT_EQ(message(data), "");
  for (JudgedCaption& caption : data.own) caption.right = true;
  EXPECT_NE(message(data).find("are right"), std::string::npos);
  for (JudgedCaption& caption : data.own) caption.right = false;
  EXPECT_NE(message(data).find("are wrong"), std::string::npos);
  data.own = captions(200, 0, 1);
  data.none.clear();
  EXPECT_NE(message(data).find("no photographs"), std::string::npos);
}

TEST(MemoryFit, KeepsCosinesOfWhatItWasMadeOf) {
  // Pictures in a plane of a space of 40 channels, half of them towards each of two directions.
  RandomStream random(5, 0);
  KnownPictures known{.width = 40, .pooled = {}, .kinds = {}};
  for (size_t i = 0; i < 120; ++i) {
    const bool first = i % 2 == 0;
    const float a = first ? 1 : random.uniform(0, 0.1F), b = first ? random.uniform(0, 0.1F) : 1;
    for (size_t d = 0; d < known.width; ++d) {
      known.pooled.push_back(d < 20 ? a : b * static_cast<float>(d % 3));
    }
    known.kinds.push_back(first ? 1 : 2);
  }
  const PictureMemory memory = make_memory(known);
  EXPECT_EQ(memory.axes(), 40U);  // no more than there are channels
  const auto nearest = memory.nearest(std::span(known.pooled).first(known.width));
  EXPECT_DOUBLE_EQ(nearest.agreement(1), 1);
  EXPECT_GT(nearest.likeness, 0.99);
  std::vector<float> apart(known.width);
  apart[0] = 1, apart[1] = -1;  // at a right angle to the plane
  EXPECT_LT(memory.nearest(apart).likeness, 0.05);
}

TEST(MadePictures, ArePureFunctionsAndOfAllKinds) {
  for (size_t i = 0; i < 2 * kMadeKinds; ++i) {
    const Image picture = made_picture(1, i);
    EXPECT_EQ(picture, made_picture(1, i)) << made_kind(i);
    EXPECT_NE(picture, made_picture(1, i + kMadeKinds)) << made_kind(i);
    EXPECT_EQ(picture.rgb.size(), size_t{3} * 320 * 240);
  }
  EXPECT_NE(made_picture(1, 3), made_picture(2, 3));
}

}  // namespace
}  // namespace storyteller::calibration_test
