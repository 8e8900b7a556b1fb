#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/captioner.h"
#include "model/vqa/answer_confidence.h"

namespace storyteller::ask {

/// An answer and the probability that the model gives to it.
struct GivenAnswer {
  std::string text;
  double probability = 0;
};

/// What became of a question.
struct Reply {
  std::string refusal;               ///< why it is not answered, a sentence; "": it is
  std::vector<std::string> unknown;  ///< words that the model does not know
  std::vector<GivenAnswer> answers;  ///< the best first; none where it is refused
  std::optional<double> confidence;  ///< of the first; null: the model was not calibrated
  Grade grade = Grade::kUnsure;
  std::vector<std::vector<float>> maps;  ///< [hop] weights of the regions, row by row
};

/// Answers questions about one picture after the other.
class Asker {
 public:
  /// Of a model that answers questions: throws ModelError for another.
  Asker(const std::filesystem::path& model, Device device);

  /// The picture that is asked about from now on, encoded here and once.
  void look(const Image& picture);
  /// At most `top` answers, >= 1. Refused are questions without a word, those of which the model
  /// does not know half of the words or more, and those for reasons ("why"); where it does not know
  /// one word, the answer is unsure. Throws InternalError without a picture.
  Reply ask(const std::string& question, size_t top);

  Captioner& model() { return *model_; }
  bool calibrated() const { return confidence_.has_value(); }

 private:
  std::string refusal_of(const std::vector<std::string>& words, Reply* reply) const;

  std::unique_ptr<Captioner> model_;
  std::optional<AnswerConfidence> confidence_;
  Tensor features_;  // (1,L,D)
};

}  // namespace storyteller::ask
