#include "train/batches/batch_plan.h"

#include <gtest/gtest.h>

#include "train/batches/micro_batch.h"

namespace storyteller::batch_plan_test {
namespace {

/// Captions of seven pictures, one to three each.
std::vector<CaptionLength> captions() {
  std::vector<CaptionLength> all;
  for (size_t image = 0; image < 7; ++image) {
    for (size_t c = 0; c <= image % 3; ++c) {
      all.push_back({.image = image, .length = static_cast<int>(3 + (image + c) % 4)});
    }
  }
  return all;
}

BatchSampler sampler() { return {captions(), {.batch = 4, .captions_per_image = 2, .seed = 5}}; }

TEST(BatchPlan, GivesTheBatchesOfItsSampler) {
  BatchSampler alone = sampler();
  BatchPlan plan(sampler(), 1);
  CaptionBatch batch;
  for (size_t step = 0; step < 2 * alone.batches_per_epoch() + 1; ++step) {
    EXPECT_EQ(plan.cursor(), alone.cursor());
    alone.next(&batch);
    plan.next();
    ASSERT_EQ(plan.parts(), 1U);
    EXPECT_EQ(&plan.part(0), &plan.batch());
    EXPECT_EQ(plan.batch().captions, batch.captions);
    EXPECT_EQ(plan.batch().images, batch.images);
    EXPECT_EQ(plan.batch().row_image, batch.row_image);
    EXPECT_EQ(plan.batch().image_begin, batch.image_begin);
    EXPECT_EQ(plan.batch().image_rows, batch.image_rows);
  }
}

TEST(BatchPlan, FromItsCursorOnIsTheSame) {
  BatchPlan whole(sampler(), 2), cut(sampler(), 2);
  whole.next();
  whole.next();
  cut.seek(whole.cursor());
  for (int step = 0; step < 5; ++step) {
    whole.next();
    cut.next();
    EXPECT_EQ(cut.batch().captions, whole.batch().captions);
  }
}

TEST(BatchPlan, AnnouncesThePartsThatAreLeftOfAnEpoch) {
  for (const size_t parts : {1, 2, 3, 100}) {
    for (const size_t begun : {0, 2}) {
      BatchPlan plan(sampler(), parts);
      for (size_t step = 0; step < begun; ++step) plan.next();
      const BatchPlan::Cursor here = plan.cursor();
      const auto announced = plan.rest_of_epoch();
      EXPECT_EQ(plan.cursor(), here) << "asking moves nothing";
      std::vector<std::vector<size_t>> taken;
      while (plan.cursor().epoch == 0) {
        plan.next();
        EXPECT_EQ(plan.parts(), parts_of(plan.batch(), parts));
        size_t captions = 0;
        for (size_t p = 0; p < plan.parts(); ++p) {
          taken.push_back(plan.part(p).images);
          captions += plan.part(p).captions.size();
        }
        EXPECT_EQ(captions, plan.batch().captions.size());
      }
      EXPECT_EQ(announced, taken) << parts << ' ' << begun;
    }
  }
}

}  // namespace
}  // namespace storyteller::batch_plan_test
