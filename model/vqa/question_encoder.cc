#include "model/vqa/question_encoder.h"

#include <vector>

namespace storyteller {
namespace {

/// The row of each question's last word.
std::vector<int32_t> last_rows(StepRows rows) {
  std::vector<int32_t> last(static_cast<size_t>(rows.count(0)));
  for (int64_t t = 0; t < rows.steps; ++t) {
    for (int64_t b = 0; b < rows.count(t); ++b) {
      last[static_cast<size_t>(b)] = static_cast<int32_t>(rows.begin(t) + b);
    }
  }
  return last;
}

}  // namespace

QuestionEncoder::QuestionEncoder(const VqaOptions& options, int64_t vocabulary,
                                 Parameters& parameters)
    : parameters_(parameters),
      embedding_(parameters.declare("vqa.embedding.weight", {vocabulary, options.embedding},
                                    Initializer::uniform(1))),
      cell_(make_cell(CellKind::kLstm, parameters, "vqa.lstm", options.hidden)) {
  const CellTraits& traits = cell_->traits();
  const int64_t gates = traits.gates * options.hidden;
  input_ = parameters.declare("vqa.lstm.word.weight", {gates, options.embedding},
                              linear_uniform(options.embedding));
  bias_ = parameters.declare("vqa.lstm.bias", {gates}, traits.input_bias);
}

Var QuestionEncoder::encode(Tape& tape, Loop& loop, const QuestionRows& questions) {
  const StepRows rows = questions.rows;
  const Var words = embedding(tape, parameters_.var(embedding_), questions.words);
  loop.rows.gates = linear(tape, words, parameters_.var(input_), parameters_.var(bias_));
  cell_->begin(tape, loop.rows);
  RecurrentCell::State state = cell_->zero_state(words.value(), rows.count(0));
  for (int64_t t = 0; t < rows.steps; ++t) {
    const int64_t begin = rows.begin(t), count = rows.count(t);
    RecurrentCell::carry(tape, loop.rows, begin, count, state.h);
    cell_->add_state(tape, loop.rows, begin, count);
    state = cell_->activate(tape, loop.rows, begin, count, state.carried);
  }
  const std::vector<int32_t> last = last_rows(rows);
  loop.last = Tensor::from({std::ssize(last)}, last, words.value().device());
  return gather_rows(tape, loop.rows.h, loop.last);
}

}  // namespace storyteller
