#include "train/data/split_overlap.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "train/data/scenes_dataset.h"

namespace storyteller::split_overlap_test {
namespace {

/// Pictures that are their bytes.
class Bytes : public Dataset {
 public:
  using Pictures = std::vector<std::pair<std::string, std::string>>;
  explicit Bytes(Pictures pictures) : pictures_(std::move(pictures)) {}
  size_t size() const override { return pictures_.size(); }
  std::string id(size_t i) const override { return pictures_[i].first; }
  std::vector<std::string> captions(size_t /*i*/) const override { return {"a"}; }
  Image load(size_t /*i*/, std::vector<std::string>* /*warnings*/) const override { return {}; }
  std::string picture_bytes(size_t i) const override {
    if (pictures_[i].second == "gone") throw InputError("gone");
    return pictures_[i].second;
  }
  uint64_t stored_bytes(size_t i) const override { return pictures_[i].second.size(); }
  uint64_t fingerprint() const override { return 0; }
  const BadPictures& skipped() const override { return none_; }

 private:
  Pictures pictures_;
  BadPictures none_;
};

using Pictures = Bytes::Pictures;

std::string by_name(const Bytes& val, const Bytes& train) {
  return overlap_by_name({val, "val"}, {train, "train"});
}
std::string by_contents(const Bytes& val, const Bytes& train) {
  return overlap_by_contents({val, "val"}, {train, "train"});
}

TEST(SplitOverlap, TellsPicturesOfOneNameUnlessTheyDiffer) {
  const Bytes train(Pictures{{"a", "1111"}, {"b", "2222"}, {"c", "gone"}, {"d", "4444"}});
  EXPECT_EQ(by_name(Bytes(Pictures{{"x", "1111"}}), train), "");
  EXPECT_EQ(by_name(Bytes(Pictures{{"a", "other"}}), train), "");
  EXPECT_EQ(by_name(Bytes(Pictures{{"b", "2222"}, {"x", "3"}}), train),
            "1 picture of val is in train too, such as b: scores on val will be too good");
  EXPECT_EQ(by_name(Bytes(Pictures{{"b", "2222"}, {"c", "gone"}}), train),
            "2 pictures of val are in train too, such as b: scores on val will be too good");
}

TEST(SplitOverlap, TellsOneContentsUnderAnyName) {
  const Bytes train(Pictures{{"a", "1111"}, {"b", "2222"}, {"c", "gone"}, {"e", "1111"}});
  EXPECT_EQ(by_contents(Bytes(Pictures{{"a", "3333"}, {"c", "gone"}}), train), "");
  EXPECT_EQ(by_contents(Bytes(Pictures{{"x", "1111"}, {"b", "2222"}}), train),
            "2 pictures of val are in train too, such as x (there a): scores on val will be too "
            "good");
}

TEST(SplitOverlap, SaysTheSameInWhateverOrderPicturesAreMet) {
  SplitOverlap one, other;
  EXPECT_EQ(one.note("val", "train"), "");
  for (const char* name : {"c", "a", "b"}) one.add(name);
  for (const char* name : {"b", "c", "a"}) other.add(name, name);
  EXPECT_EQ(one.note("val", "train"),
            "3 pictures of val are in train too, such as a: scores on val will be too good");
  EXPECT_EQ(one.note("val", "train"), other.note("val", "train"));
}

TEST(SplitOverlap, DrawnScenesAreNotReadForIt) {
  const ScenesDataset train({}, Split::kTrain), val({}, Split::kVal);
  EXPECT_EQ(overlap_by_contents({val, "val"}, {train, "train"}), "");
  EXPECT_EQ(overlap_by_name({val, "val"}, {train, "train"}), "");
}

}  // namespace
}  // namespace storyteller::split_overlap_test
