#include "tools/apps/album/packed_postings.h"

#include <gtest/gtest.h>

#include "tools/apps/album/vectors.h"

namespace storyteller::album::packed_postings_test {
namespace {

std::vector<PackedPosting> unpacked(const std::string& data, std::int64_t block) {
  std::vector<PackedPosting> postings = {{1, 2, 3}};  // what was there before is gone
  unpack(std::as_bytes(std::span(data)), block, postings);
  return postings;
}

TEST(AlbumPackedPostings, GoThereAndBack) {
  const std::vector<PackedPosting> postings = {
      {7 * kBlock, 1, 255}, {7 * kBlock, 5, 1}, {7 * kBlock + 300, 2, 128}, {8 * kBlock - 1, 3, 9}};
  const std::string data = packed(postings);
  EXPECT_EQ(data.size(), 4 * postings.size());
  EXPECT_EQ(unpacked(data, 7), postings);
  EXPECT_TRUE(unpacked("", 7).empty());
}

TEST(AlbumPackedPostings, BytesThatAreNoneAreLeftOut) {
  const std::string data = packed(std::vector<PackedPosting>{{5, 1, 2}});
  for (size_t size = 0; size < data.size(); ++size) {
    EXPECT_TRUE(unpacked(data.substr(0, size), 0).empty());
  }
  EXPECT_TRUE(unpacked("\xff\xff\x01\x02", 0).empty());  // no place of a block
  EXPECT_EQ(unpacked("\xff\xff\x01\x02" + data + "?", 0).size(), 1U);
}

TEST(AlbumPackedPostings, PicturesAscendWhateverTheBytes) {
  const std::vector<PackedPosting> descending = {{300, 1, 2}, {5, 1, 2}, {300, 2, 2}};
  EXPECT_EQ(unpacked(packed(descending), 0),
            (std::vector<PackedPosting>{descending[0], descending[2]}));
  EXPECT_TRUE(unpacked(packed(descending), -1).empty());
}

}  // namespace
}  // namespace storyteller::album::packed_postings_test
