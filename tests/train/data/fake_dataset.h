#pragma once

#include <atomic>
#include <chrono>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "core/error.h"
#include "train/data/dataset.h"

namespace storyteller {

/// Small pictures of which every byte is known: picture i is 2x1 with bytes i, i+1, ... Loading
/// takes irregular time, so that threads overtake each other; chosen pictures are bad.
class FakeDataset : public Dataset {
 public:
  explicit FakeDataset(size_t size, std::set<size_t> bad = {}, size_t explodes = SIZE_MAX)
      : size_(size), bad_(std::move(bad)), explodes_(explodes) {}

  size_t size() const override { return size_; }
  std::string id(size_t i) const override { return "p" + std::to_string(i) + ".jpg"; }
  std::vector<std::string> captions(size_t i) const override {
    return {"A dog number " + std::to_string(i) + " .", "Two dogs run ."};
  }
  std::string picture_bytes(size_t) const override { return {}; }
  Image load(size_t i, std::vector<std::string>* warnings) const override {
    ++loads;
    std::this_thread::sleep_for(std::chrono::microseconds(i * 7919 % 13 * 20));
    if (i == explodes_) throw IoError(id(i) + ": the disk failed");
    if (bad_.contains(i)) throw InputError(id(i) + ": not a picture");
    if (i % 10 == 3 && warnings != nullptr) warnings->push_back(id(i) + ": repaired");
    Image image{.width = 2, .height = 1, .rgb = {}};
    for (size_t c = 0; c < 6; ++c) image.rgb.push_back(static_cast<uint8_t>(i + c));
    return image;
  }
  uint64_t fingerprint() const override { return 42; }
  const BadPictures& skipped() const override { return none_; }

  mutable std::atomic<size_t> loads = 0;

 private:
  size_t size_;
  std::set<size_t> bad_;
  size_t explodes_;
  BadPictures none_;
};

/// As many pictures as there are lists of captions.
class ListedCaptions : public FakeDataset {
 public:
  explicit ListedCaptions(std::vector<std::vector<std::string>> captions)
      : FakeDataset(captions.size()), captions_(std::move(captions)) {}
  std::vector<std::string> captions(size_t i) const override { return captions_[i]; }

 private:
  std::vector<std::vector<std::string>> captions_;
};

}  // namespace storyteller
