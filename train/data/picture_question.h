#pragma once

#include <cstddef>
#include <string>

#include "train/metrics/vqa/answer_files.h"

namespace storyteller {

/// A question about a picture and what people answered.
struct PictureQuestion {
  std::string text;
  AnsweredQuestion asked;
  size_t caption = 0;  ///< of a made question: of the picture, that it comes from
};

}  // namespace storyteller
