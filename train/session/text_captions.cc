#include "train/session/text_captions.h"

#include "core/error.h"

namespace storyteller {

std::string check_text_captions(const Dataset& train, const ModelOptions& model, size_t teachers) {
  size_t without = 0;
  for (size_t i = 0; i < train.size(); ++i) without += train.has_picture(i) ? 0 : 1;
  if (without == 0) return "";
  if (model.word_detector) {
    throw UsageError("`word_detector`: " + std::to_string(without) +
                     " pictures have captions alone, which show it nothing; leave out the data "
                     "of the format text, or set word_detector=false");
  }
  if (teachers > 0) {
    throw UsageError("`teacher`: " + std::to_string(without) +
                     " pictures have captions alone, of which a teacher says nothing; leave out "
                     "the data of the format text");
  }
  if (model.concepts.count > 0) return "";
  return std::to_string(without) +
         " pictures have captions alone, and a model without concepts is not told what they are "
         "about: set concepts, 600 for example";
}

}  // namespace storyteller
