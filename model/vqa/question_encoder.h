#pragma once

#include <cstdint>
#include <memory>

#include "core/ops/ops.h"
#include "core/parameters.h"
#include "model/decoder/cells/recurrent_cell.h"
#include "model/vqa/vqa_options.h"

namespace storyteller {

/// Questions as packed rows: time-major, the longest first.
struct QuestionRows {
  Tensor words;  ///< (N) int32 what each step reads, <start> first
  StepRows rows;
  const uint64_t* row_key = nullptr;  ///< (N) on the device, of dropout; null: nothing is dropped
};

/// The question as a vector: the last state of an LSTM over its words.
class QuestionEncoder {
 public:
  /// Declares "vqa.embedding." and "vqa.lstm." in the current group.
  QuestionEncoder(const VqaOptions& options, int64_t vocabulary, Parameters& parameters);

  /// What must stay in place until the tape is reset.
  struct Loop {
    RecurrentCell::Rows rows;
    Tensor last;  ///< (B) int32 the row in which each question ends
  };
  /// (B,H); the questions' tensors and `loop` must outlive the recording.
  Var encode(Tape& tape, Loop& loop, const QuestionRows& questions);
  void refresh() { cell_->refresh(); }

 private:
  const Parameters& parameters_;
  Parameters::Id embedding_, input_, bias_ = -1;
  std::unique_ptr<RecurrentCell> cell_;
};

}  // namespace storyteller
