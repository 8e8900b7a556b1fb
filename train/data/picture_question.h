#pragma once

#include <string>

#include "train/metrics/vqa/answer_files.h"

namespace storyteller {

/// A question about a picture and what people answered.
struct PictureQuestion {
  std::string text;
  AnsweredQuestion asked;
  std::string source = {};  ///< of a made question: rule and caption that it comes from
};

}  // namespace storyteller
