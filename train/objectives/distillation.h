#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "train/objectives/table.h"

namespace storyteller {

/// Knowledge distillation word by word (Hinton 2015; Kim and Rush 2016, "Sequence-Level Knowledge
/// Distillation", section 3.1): at each word of a caption the student is held to the mean of its
/// teachers' probabilities of all words. Teachers are told the words that the student is told, see
/// the features that it sees, and speak as in captioning, without dropout; what concepts they look
/// for, they find for themselves.
class Distillation : public Objective {
 public:
  static constexpr std::string_view kName = "distillation";

  /// InternalError without teachers.
  explicit Distillation(const ObjectiveContext& context);
  std::string_view name() const override { return kName; }
  void record(Tape& tape, const StepInput& input, std::vector<LossTerm>* terms) override;

 private:
  struct Teacher {
    Captioner& captioner;
    std::unique_ptr<DecoderLoop> loop;
  };
  Tensor mean_of_teachers(const StepInput& input);

  Decoder& student_;
  std::unique_ptr<DecoderLoop> loop_ = student_.make_loop();
  std::vector<Teacher> teachers_;
  Tape teaching_{Tape::Mode::kInfer};
};

}  // namespace storyteller
