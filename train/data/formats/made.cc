#include <string>
#include <utility>

#include "core/error.h"
#include "train/data/formats/formats.h"
#include "train/data/questions_dataset.h"
#include "train/vqa/made/question_maker.h"

namespace storyteller {

std::unique_ptr<Dataset> open_made(const std::filesystem::path& specification, Split split,
                                   const OpenOptions& options) {
  const std::string captions = specification.string();
  if (captions.find(':') == std::string::npos) {
    throw UsageError("`data` made:" + captions +
                     ": questions are made of captions, name their format too: "
                     "made:flickr8k:DIR");
  }
  std::unique_ptr<Dataset> pictures = open_dataset(captions, split, options);
  if (pictures->asks()) {
    throw UsageError("`data` made:" + captions + ": these are questions already; leave out made:");
  }
  auto questions = make_questions(*pictures, /*seed=*/1);
  return std::make_unique<QuestionsDataset>(std::move(pictures), std::move(questions),
                                            "made:" + captions);
}

}  // namespace storyteller
