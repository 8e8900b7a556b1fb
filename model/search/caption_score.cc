#include "model/search/caption_score.h"

#include <algorithm>
#include <cmath>

namespace storyteller {

double caption_score(double log_probability, int64_t length, double length_penalty) {
  return log_probability /
         std::pow(static_cast<double>(std::max<int64_t>(length, 1)), length_penalty);
}

ModelError no_word_has_a_probability() {
  return ModelError(
      "no word has a probability for a picture: its features or the model's weights are not "
      "finite; "
      "train or download the model again");
}

}  // namespace storyteller
