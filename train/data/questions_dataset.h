#pragma once

#include <memory>
#include <string>
#include <vector>

#include "train/data/dataset.h"
#include "train/data/picture_question.h"

namespace storyteller {

/// Pictures with questions about them. What they have in place of captions is the questions' texts.
class QuestionsDataset : public Dataset {
 public:
  /// `questions[i]` are of picture i of `pictures`; a picture without any is left out. A question
  /// without a word is an InputError that names `source` and it, and so is no question at all.
  QuestionsDataset(std::unique_ptr<Dataset> pictures,
                   std::vector<std::vector<PictureQuestion>> questions, const std::string& source,
                   std::vector<std::string> notes = {});

  size_t size() const override { return kept_.size(); }
  std::string id(size_t i) const override { return pictures_->id(kept_[i]); }
  std::optional<int64_t> number(size_t i) const override { return pictures_->number(kept_[i]); }
  std::vector<std::string> captions(size_t i) const override;
  bool has_picture(size_t i) const override { return pictures_->has_picture(kept_[i]); }
  Image load(size_t i, std::vector<std::string>* warnings = nullptr) const override {
    return pictures_->load(kept_[i], warnings);
  }
  std::string picture_bytes(size_t i) const override { return pictures_->picture_bytes(kept_[i]); }
  uint64_t stored_bytes(size_t i) const override { return pictures_->stored_bytes(kept_[i]); }
  uint64_t fingerprint() const override { return fingerprint_; }
  const BadPictures& skipped() const override { return pictures_->skipped(); }
  std::vector<std::string> notes() const override;
  bool asks() const override { return true; }
  std::span<const PictureQuestion> questions(size_t i) const override {
    return questions_[kept_[i]];
  }

 private:
  std::unique_ptr<Dataset> pictures_;
  std::vector<std::vector<PictureQuestion>> questions_;
  std::vector<size_t> kept_;
  std::vector<std::string> notes_;
  uint64_t fingerprint_ = 0;
};

}  // namespace storyteller
