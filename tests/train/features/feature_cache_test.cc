#include "train/features/feature_cache.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <csignal>
#include <limits>

#include "core/error.h"
#include "tests/in_child.h"
#include "tests/temporary_folder.h"
#include "tests/train/data/fake_dataset.h"
#include "train/features/feature_file.h"

namespace storyteller::feature_cache_test {
namespace {

constexpr size_t kImages = 37, kRegions = 3, kWidth = 5, kRow = kRegions * kWidth;
constexpr FeatureKey kKey = {.encoder = 1, .dataset = 2, .preprocessing = 3};
constexpr FeatureShape kShape = {.images = kImages, .regions = kRegions, .width = kWidth};

// Features that tell from which picture they are: first byte of the picture + j / 16.
void extract(std::span<const Image> images, float* out) {
  for (const Image& image : images) {
    for (size_t j = 0; j < kRow; ++j) {
      *out++ = static_cast<float>(image.rgb[0]) + static_cast<float>(j) / 16;
    }
  }
}

class FeatureCacheTest : public ::testing::Test {
 protected:
  FeatureBuild build() {
    FeatureBuild build;
    build.extract = [this](std::span<const Image> images, float* out) {
      extracted_ += images.size();
      extract(images, out);
    };
    build.message = [this](const std::string& line) { messages_.push_back(line); };
    build.batch = 8;
    build.bad = &bad_;
    return build;
  }
  std::unique_ptr<FeatureCache> open(const FeatureKey& key = kKey) {
    return FeatureCache::open_or_build(path_, key, kShape, dataset_, build());
  }
  static void expect_right(const FeatureCache& cache, size_t bad = SIZE_MAX) {
    std::vector<size_t> rows = {36, 0, 5, 5, 17};
    std::vector<float> out(rows.size() * kRow);
    cache.copy_rows(rows, out.data());
    for (size_t r = 0; r < rows.size(); ++r) {
      for (size_t j = 0; j < kRow; ++j) {
        const float expected = static_cast<float>(rows[r]) + static_cast<float>(j) / 16;
        ASSERT_EQ(out[r * kRow + j], rows[r] == bad ? 0 : expected);
      }
    }
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "deep/er/features.cache";
  std::filesystem::path temporary_ = folder_ / "deep/er/.features.cache.tmp";
  FakeDataset dataset_{kImages};
  BadPictures bad_;
  size_t extracted_ = 0;
  std::vector<std::string> messages_;
};

TEST_F(FeatureCacheTest, ComputesOnceAndThenReads) {
  expect_right(*open());
  EXPECT_EQ(extracted_, kImages);
  expect_right(*open());
  EXPECT_EQ(extracted_, kImages);
  EXPECT_TRUE(messages_.empty());
  EXPECT_FALSE(std::filesystem::exists(temporary_));
}

TEST_F(FeatureCacheTest, SeveralSetsLieOneBehindTheOther) {
  const FakeDataset other(5, {2});
  std::vector<std::unique_ptr<FeatureCache>> caches;
  caches.push_back(open());
  FeatureBuild with_prefix = build();
  with_prefix.prefix = "other/";
  constexpr FeatureShape kOther = {.images = 5, .regions = kRegions, .width = kWidth};
  caches.push_back(
      FeatureCache::open_or_build(folder_ / "other.cache", kKey, kOther, other, with_prefix));
  ASSERT_EQ(bad_.count(), 1U);
  EXPECT_EQ(bad_.all()[0].name, "other/p2.jpg");
  const auto all = FeatureCache::joined(std::move(caches));
  EXPECT_EQ(all->shape().images, kImages + 5);
  expect_right(*all);
  const std::vector<size_t> rows = {kImages + 4, kImages - 1, kImages};
  std::vector<float> out(rows.size() * kRow);
  all->copy_rows(rows, out.data());
  EXPECT_EQ(out[0], 4);
  EXPECT_EQ(out[kRow], static_cast<float>(kImages - 1));
  EXPECT_EQ(out[2 * kRow], 0);
  EXPECT_TRUE(all->usable(kImages + 1));
  EXPECT_FALSE(all->usable(kImages + 2));
  EXPECT_TRUE(all->usable(2));
}

TEST_F(FeatureCacheTest, IsTheSameFileForAnyNumberOfThreads) {
  std::string first;
  for (const int threads : {0, 1, 4}) {
    std::filesystem::remove(path_);
    FeatureBuild b = build();
    b.threads = threads;
    FeatureCache::open_or_build(path_, kKey, kShape, dataset_, b);
    if (first.empty()) first = file_text(path_);
    EXPECT_EQ(file_text(path_), first);
  }
}

TEST_F(FeatureCacheTest, AnotherKeyIsComputedAnewWithAReason) {
  open();
  size_t expected = kImages;
  const std::pair<FeatureKey, const char*> foreign[] = {
      {{.encoder = 9, .dataset = 2, .preprocessing = 3}, "of another encoder"},
      {{.encoder = 9, .dataset = 9, .preprocessing = 3}, "of another list of pictures"},
      {{.encoder = 9, .dataset = 9, .preprocessing = 9}, "of another preprocessing"}};
  for (const auto& [key, why] : foreign) {
    expect_right(*open(key));
    EXPECT_EQ(extracted_, expected += kImages);
    ASSERT_FALSE(messages_.empty());
    EXPECT_NE(messages_.back().find(why), std::string::npos) << messages_.back();
  }
}

TEST_F(FeatureCacheTest, EveryFlippedByteIsNoticed) {
  open();
  const std::string good = file_text(path_);
  ASSERT_EQ(good.size(), sizeof(FeatureFileHeader) + feature_payload_bytes(kShape));
  for (size_t at = 0; at < good.size(); at += at < 192 ? 1 : 13) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x10);
    write_text(path_, bad);
    std::string why;
    ASSERT_EQ(FeatureCache::open(path_, kKey, kShape, &why), nullptr) << "byte " << at;
    EXPECT_FALSE(why.empty());
  }
  expect_right(*open());  // and is repaired
  EXPECT_EQ(extracted_, 2 * kImages);
  EXPECT_EQ(file_text(path_), good);
}

TEST_F(FeatureCacheTest, EveryTruncationAndAnyTailIsNoticed) {
  open();
  const std::string good = file_text(path_);
  std::string why;
  for (size_t length = 0; length < good.size(); length += length < 140 ? 1 : 97) {
    write_text(path_, good.substr(0, length));
    ASSERT_EQ(FeatureCache::open(path_, kKey, kShape, &why), nullptr) << length;
    EXPECT_FALSE(why.empty());
  }
  write_text(path_, good + "x");
  EXPECT_EQ(FeatureCache::open(path_, kKey, kShape, &why), nullptr);
  expect_right(*open());
}

TEST_F(FeatureCacheTest, ForeignFilesAndShapesAreRefused) {
  std::string why;
  EXPECT_EQ(FeatureCache::open(path_, kKey, kShape, &why), nullptr);
  EXPECT_EQ(why, "");  // simply not there
  write_text(path_, std::string(5000, 'x'));
  EXPECT_EQ(FeatureCache::open(path_, kKey, kShape, &why), nullptr);
  EXPECT_EQ(why, "not a feature cache");
  open();
  FeatureShape other = kShape;
  std::swap(other.regions, other.width);
  EXPECT_EQ(FeatureCache::open(path_, kKey, other, &why), nullptr);
  EXPECT_EQ(why, "of another shape");
  EXPECT_THROW(feature_payload_bytes({.images = SIZE_MAX / 2, .regions = 9, .width = 9}),
               InternalError);
}

TEST_F(FeatureCacheTest, AFolderInItsPlaceIsAnErrorNotACrash) {
  std::filesystem::create_directories(path_ / "occupied");
  EXPECT_THROW(open(), IoError);
  EXPECT_FALSE(std::filesystem::exists(temporary_));
}

TEST_F(FeatureCacheTest, BadPicturesBecomeZerosAndAreNamed) {
  const FakeDataset dataset(kImages, {5});
  const auto cache = FeatureCache::open_or_build(path_, kKey, kShape, dataset, build());
  expect_right(*cache, 5);
  EXPECT_FALSE(cache->usable(5));
  EXPECT_TRUE(cache->usable(4));
  EXPECT_EQ(extracted_, kImages - 1);
  EXPECT_EQ(bad_.summary(), "1 picture skipped: p5.jpg (p5.jpg: not a picture)");
}

TEST_F(FeatureCacheTest, BadPicturesAreNamedAndBoundedByWhoeverTakesTheFeatures) {
  const FakeDataset dataset(kImages, {5, 9});
  const auto open = [&] {
    return FeatureCache::open_or_build(path_, kKey, kShape, dataset, build());
  };
  open();
  bad_ = BadPictures();
  EXPECT_FALSE(open()->usable(9));
  EXPECT_EQ(extracted_, kImages - 2) << "computed again";
  EXPECT_EQ(bad_.summary(),
            "2 pictures skipped: p5.jpg (p5.jpg: not a picture), p9.jpg (p9.jpg: not a picture)");
  bad_ = BadPictures(1);
  EXPECT_THROW(open(), InputError);
}

TEST_F(FeatureCacheTest, GivingUpLeavesNothingBehind) {
  FeatureBuild b = build();
  b.progress = [](size_t done, size_t) {
    if (done >= 16) throw UsageError("stop");
  };
  EXPECT_THROW(FeatureCache::open_or_build(path_, kKey, kShape, dataset_, b), UsageError);
  EXPECT_TRUE(std::filesystem::is_empty(path_.parent_path()));
}

TEST_F(FeatureCacheTest, ProgressCountsUpToTheTotal) {
  std::vector<size_t> seen;
  FeatureBuild b = build();
  b.progress = [&](size_t done, size_t total) {
    EXPECT_EQ(total, kImages);
    seen.push_back(done);
  };
  FeatureCache::open_or_build(path_, kKey, kShape, dataset_, b);
  EXPECT_EQ(seen, (std::vector<size_t>{8, 16, 24, 32, 37}));
}

TEST_F(FeatureCacheTest, HugeFeaturesAreHeldFiniteOnesThatAreNoNumbersRefused) {
  FeatureBuild b = build();
  b.extract = [](std::span<const Image> images, float* out) {
    std::fill(out, out + images.size() * kRow, -1e9F);
  };
  const auto cache = FeatureCache::open_or_build(path_, kKey, kShape, dataset_, b);
  std::vector<float> row(kRow);
  const size_t first = 0;
  cache->copy_rows(std::span(&first, 1), row.data());
  EXPECT_EQ(row[0], -65504);
  std::filesystem::remove(path_);
  for (const float poison : {std::numeric_limits<float>::quiet_NaN(), INFINITY}) {
    b.extract = [&](std::span<const Image> images, float* out) {
      extract(images, out);
      out[kRow + 2] = poison;
    };
    const std::string message = message_of<ModelError>(
        [&] { FeatureCache::open_or_build(path_, kKey, kShape, dataset_, b); });
    EXPECT_NE(message.find("p1.jpg"), std::string::npos) << message;
    EXPECT_FALSE(std::filesystem::exists(path_));
  }
}

// A limit on the file size makes writing fail as a full disk does.
TEST_F(FeatureCacheTest, NoRoomIsAClearErrorAndLeavesNothing) {
  const int status = in_child([&] {
    limit_file_size(1000);
    try {
      open();
    } catch (const IoError& error) {
      const std::string message = error.what();
      const bool names =
          message.find(path_.string()) != std::string::npos &&
          message.find(std::to_string(sizeof(FeatureFileHeader) + feature_payload_bytes(kShape))) !=
              std::string::npos;
      return names ? 7 : 8;
    }
    return 9;
  });
  EXPECT_EQ(WEXITSTATUS(status), 7);
  EXPECT_TRUE(std::filesystem::is_empty(path_.parent_path()));
}

// A process killed at any moment leaves nothing, a partial file that is taken over, or a complete
// cache; never a damaged one under the cache's name.
TEST_F(FeatureCacheTest, KillsAtAnyMomentNeverLeaveADamagedCache) {
  int before = 0, after = 0;
  for (int round = 0; round < 40; ++round) {
    std::filesystem::remove(path_);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      open();
      _exit(0);
    }
    usleep(static_cast<useconds_t>(round * 300));
    // On a busy machine only those that are spared complete it.
    if (round < 38) kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    std::string why;
    const bool complete = FeatureCache::open(path_, kKey, kShape, &why) != nullptr;
    EXPECT_EQ(why, "") << round;
    ++(complete ? after : before);
    expect_right(*open());
  }
  EXPECT_GT(before, 0);
  EXPECT_GT(after, 0);
}

TEST_F(FeatureCacheTest, TwoProcessesComputeItOnce) {
  const auto marks = folder_ / "marks";
  std::filesystem::create_directories(marks);
  std::vector<pid_t> children;
  for (int i = 0; i < 3; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      try {
        FeatureBuild b = build();
        b.progress = [](size_t, size_t) { usleep(20000); };
        const auto cache = FeatureCache::open_or_build(path_, kKey, kShape, dataset_, b);
        if (extracted_ > 0) write_text(marks / std::to_string(getpid()), "");
        _exit(cache->usable(0) ? 0 : 1);
      } catch (...) {
        _exit(2);
      }
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(WEXITSTATUS(status), 0);
  }
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(marks), {}), 1);
  EXPECT_FALSE(std::filesystem::exists(temporary_));
}

}  // namespace
}  // namespace storyteller::feature_cache_test
