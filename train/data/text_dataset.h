#pragma once

#include <string>
#include <vector>

#include "train/data/dataset.h"

namespace storyteller {

/// Captions without pictures: has_picture() is false for all of them.
class TextDataset : public Dataset {
 public:
  /// Captions of one picture that nobody has.
  struct Entry {
    std::string id;
    std::vector<std::string> captions;
  };
  /// `source` stands for the set in messages.
  TextDataset(std::vector<Entry> entries, std::string source, std::vector<std::string> notes);

  size_t size() const override { return entries_.size(); }
  std::string id(size_t i) const override { return entries_[i].id; }
  std::vector<std::string> captions(size_t i) const override { return entries_[i].captions; }
  bool has_picture(size_t) const override { return false; }
  /// Both throw InputError.
  Image load(size_t i, std::vector<std::string>* warnings = nullptr) const override;
  std::string picture_bytes(size_t i) const override;
  uint64_t fingerprint() const override { return fingerprint_; }
  const BadPictures& skipped() const override { return none_; }
  std::vector<std::string> notes() const override { return notes_; }

 protected:
  uint64_t picture_hash(size_t) const override { return 0; }

 private:
  std::vector<Entry> entries_;
  std::string source_;
  std::vector<std::string> notes_;
  BadPictures none_;
  uint64_t fingerprint_ = 0;
};

}  // namespace storyteller
