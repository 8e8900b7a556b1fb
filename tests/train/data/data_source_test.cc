#include "train/data/data_source.h"

#include <gtest/gtest.h>

namespace storyteller::data_source_test {
namespace {

TEST(DataSource, IsAFormatAndWhatFollows) {
  const DataSource source("json:a:b/c.json");
  EXPECT_EQ(source.format, "json");
  EXPECT_EQ(source.path(), "a:b/c.json");
}

TEST(DataSource, NeedNotHaveAPath) {
  for (const char* text : {"", "flickr8k", "flickr8k:", "scenes", "scenes:seed=1"}) {
    EXPECT_EQ(DataSource(text).path(), "") << text;
  }
  EXPECT_EQ(DataSource("flickr8k").format, "flickr8k");
  EXPECT_EQ(DataSource("scenes:seed=1").rest, "seed=1");
}

}  // namespace
}  // namespace storyteller::data_source_test
