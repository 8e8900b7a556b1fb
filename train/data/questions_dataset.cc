#include "train/data/questions_dataset.h"

#include <utility>

#include <xxhash.h>

#include "core/error.h"
#include "core/system/printable.h"
#include "train/text/ptb/tokenizer.h"

namespace storyteller {

QuestionsDataset::QuestionsDataset(std::unique_ptr<Dataset> pictures,
                                   std::vector<std::vector<PictureQuestion>> questions,
                                   const std::string& source, std::vector<std::string> notes)
    : pictures_(std::move(pictures)),
      questions_(std::move(questions)),
      notes_(std::move(notes)),
      fingerprint_(pictures_->fingerprint()) {
  for (size_t i = 0; i < questions_.size(); ++i) {
    for (const PictureQuestion& question : questions_[i]) {
      if (has_words(question.text)) continue;
      throw InputError(source + ": question " + std::to_string(question.asked.id) + " ('" +
                       printable(question.text) + "') holds no word; write one or leave it out");
    }
    if (questions_[i].empty()) continue;
    kept_.push_back(i);
    fingerprint_ = XXH3_64bits_withSeed(&i, sizeof i, fingerprint_);
  }
  if (kept_.empty()) throw InputError(source + ": no question about any of its pictures");
}

std::vector<std::string> QuestionsDataset::captions(size_t i) const {
  std::vector<std::string> texts;
  for (const PictureQuestion& question : questions(i)) texts.push_back(question.text);
  return texts;
}

std::vector<std::string> QuestionsDataset::notes() const {
  std::vector<std::string> all = pictures_->notes();
  all.insert(all.end(), notes_.begin(), notes_.end());
  return all;
}

}  // namespace storyteller
