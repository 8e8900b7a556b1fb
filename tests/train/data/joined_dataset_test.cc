// Several data sets as one, and what they share.
#include "train/data/joined_dataset.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/temporary_folder.h"
#include "tests/train/data/fake_dataset.h"
#include "train/data/caption_corpus.h"
#include "train/data/shared_pictures.h"

namespace storyteller::joined_dataset_test {
namespace {

/// Pictures that are told apart by their bytes.
class Bytes : public FakeDataset {
 public:
  explicit Bytes(std::vector<std::string> bytes)
      : FakeDataset(bytes.size()), bytes_(std::move(bytes)) {}
  uint64_t stored_bytes(size_t /*i*/) const override { return 1; }
  std::string picture_bytes(size_t i) const override {
    if (bytes_[i].empty()) throw InputError("gone");
    return bytes_[i];
  }

 private:
  std::vector<std::string> bytes_;
};

template <class Set, class... Sets>
JoinedDataset joined(Set set, Sets... sets) {
  std::vector<JoinedDataset::Part> parts;
  size_t n = 0;
  const auto add = [&](auto bytes) {
    parts.push_back({.name = std::string(1, static_cast<char>('a' + n++)),
                     .dataset = std::make_unique<Bytes>(std::move(bytes))});
  };
  add(std::move(set));
  (add(std::move(sets)), ...);
  return JoinedDataset(std::move(parts));
}
using List = std::vector<std::string>;

TEST(JoinedDataset, KeepsPicturesOfEqualNamesApart) {
  const JoinedDataset all = joined(List{"1", "2"}, List{"3"});
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all.id(0), "a/p0.jpg");
  EXPECT_EQ(all.id(1), "a/p1.jpg");
  EXPECT_EQ(all.id(2), "b/p0.jpg");
  EXPECT_EQ(all.picture_bytes(2), "3");
  EXPECT_EQ(all.captions(2)[0], "A dog number 0 .");
  EXPECT_EQ(all.load(2, nullptr).rgb[0], 0);
  const CaptionCorpus corpus(all);
  EXPECT_EQ(corpus.images(), 3U);
  EXPECT_EQ(corpus.tokens(corpus.first_of_image(1)), (Tokens{"a", "dog", "number", "1"}));
}

TEST(SharedPictures, AreCountedByTheirBytes) {
  const JoinedDataset train = joined(List{"x", "y", "z", ""}, List{"y", "q", "x", "y", ""});
  const JoinedDataset val_of_a = joined(List{"q", "x", "n"});
  const JoinedDataset::Part* held_out = &val_of_a.parts()[0];
  const SharedPictures shared = shared_pictures(train, {&held_out, 1});
  ASSERT_EQ(shared.trained.size(), 1U);
  EXPECT_EQ(shared.trained[0], "2 pictures of b are in a too, such as p2.jpg (there p0.jpg)")
      << "unreadable ones are not the same";
  ASSERT_EQ(shared.held_out.size(), 1U);
  EXPECT_NE(shared.held_out[0].find("2 pictures of val of a are in train of b too"),
            std::string::npos)
      << shared.held_out[0];
}

}  // namespace
}  // namespace storyteller::joined_dataset_test
