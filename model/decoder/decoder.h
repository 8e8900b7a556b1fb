#pragma once

#include <cstdint>
#include <string>

#include "core/ops/ops.h"
#include "core/parameters.h"

namespace storyteller {

/// How the first hidden and cell state follow from the mean feature a.
enum class InitialState : int {
  kLinear,  ///< W a + b
  kTanh,    ///< tanh(W a + b)
  kMlp,     ///< tanh(W relu(M a + m) + b), Xu 2015 section 3.1.2
};

/// What the attention asks with.
enum class AttentionQuery : int {
  kHidden,         ///< W_q h + b_q: the state before the previous word was read (Xu 2015, eq. 4)
  kHiddenAndWord,  ///< W_q h + U_q E y + b_q: after "a pink", it can look for what is pink
};

/// How words are scored.
enum class OutputLayer : int {
  kPlain,  ///< W_o dropout(h) + b
  kSum,    ///< W_o dropout(h) + W_z dropout(z) + b: what is expected and what is seen (Lu 2017)
  kDeep,   ///< W_o dropout(tanh(L_h dropout(h) + E y + L_z z)) + b   (Pascanu 2014; Xu 2015, eq. 7)
};

struct DecoderOptions {
  int64_t vocabulary = 0;     ///< V
  int64_t feature_width = 0;  ///< D
  int64_t embedding = 512;    ///< E
  int64_t hidden = 512;       ///< H
  int64_t attention = 512;    ///< A
  /// Features are multiplied by this first: raw activations that are large (MobileNetV2: root mean
  /// square 1.5, regions of norm 50) saturate the gates in the first steps of Adam.
  double feature_scale = 1;
  ScoreFunction score = ScoreFunction::kTanh;
  AttentionQuery query = AttentionQuery::kHidden;
  ContextGate gate = ContextGate::kVector;
  InitialState initial_state = InitialState::kTanh;
  OutputLayer output = OutputLayer::kPlain;
  float embedding_dropout = 0;  ///< on the word vectors, in training
  float output_dropout = 0;     ///< on what the output layer reads, in training
};

/// Names the random numbers of one training step; unused when the tape does not record.
struct DropoutSite {
  uint64_t seed = 0;
  uint64_t step = 0;
  const uint64_t* row_key = nullptr;  ///< (N) on the device: caption and position of packed rows
};

/// Soft-attention LSTM decoder: "Show, Attend and Tell" (Xu 2015, section 3.1.2) with the choices
/// of DecoderOptions. One step, with h and c the previous state and y the previous word:
///   q = W_q h [+ U_q E y] + b_q          e_l = w · score(k_l + q)        alpha = softmax(e)
///   beta = sigmoid(W_b h + b_b)        z = beta * sum_l alpha_l a_l
///   i|f|g|o = W_y E y + W_z z + W_h h + b        (h', c') = LSTM
/// `step` is the only definition: training unrolls it, search calls it a word at a time.
class Decoder {
 public:
  /// Declares the parameters under "decoder." in the current group of `parameters`.
  Decoder(const DecoderOptions& options, Parameters& parameters);

  const DecoderOptions& options() const { return options_; }
  /// W_z (V,D) of OutputLayer::kSum, for the word detector; negative for other outputs.
  Parameters::Id word_context_weight() const { return output_context_weight_; }

  /// What is known of the pictures before the first word.
  struct Memory {
    Var features;  ///< (I,L,D)
    Var keys;      ///< (I,L,A)
    Var mean;      ///< (I,D)
  };
  struct State {
    Var h, c;  ///< (rows,H)
  };

  /// The packed rows of a loop; must stay in place until the tape is reset.
  struct Loop {
    Var word;      ///< (N,E) embedded previous words
    Var h_before;  ///< (N,H) hidden state that each step started from
    Var gates;     ///< (N,4H)
    Var h;         ///< (N,H) hidden state after each step
    AttentionLoop attention;
    DropoutSite dropout;
  };

  /// Keys and mean feature of features (I,L,D). Once per picture.
  Memory look(Tape& tape, const Var& features);
  /// The state before the first word, one row a caption.
  State initial_state(Tape& tape, const Memory& memory, const RowMap& map);
  /// Makes the packed rows for the loop: `words` (N) int32 are the words that the steps read.
  void begin(Tape& tape, Loop& loop, const Memory& memory, const RowMap& map, StepRows rows,
             const Tensor& words, const DropoutSite& dropout = {});
  /// Step t of the loop; a state with more rows than the step has is cut to the first.
  State step(Tape& tape, Loop& loop, int64_t t, const State& state);
  /// Logits of all steps that were taken: (N, padded_width of V), the words being the first V.
  Var logits(Tape& tape, const Loop& loop);

  /// Takes up the parameters' present values; call after an optimizer step and before the next
  /// loop.
  void refresh();

 private:
  /// Copies of a weight for the way there and the way back.
  struct PackedBothWays {
    PackedWeight weight, transpose;
  };
  StepWeight step_weight(Parameters::Id weight, PackedBothWays& packed, Parameters::Id bias = -1);
  StepWeight query_weight();

  DecoderOptions options_;
  Parameters& parameters_;
  Parameters::Id embedding_, key_weight_, key_bias_, query_weight_, query_bias_,
      query_word_weight_ = -1, score_weight_, gate_weight_ = -1, gate_bias_ = -1, word_weight_,
      gates_bias_, hidden_weight_, context_weight_, mean_weight_ = -1, mean_bias_ = -1,
      initial_hidden_weight_, initial_hidden_bias_, initial_cell_weight_, initial_cell_bias_,
      deep_hidden_weight_ = -1, deep_hidden_bias_ = -1, deep_context_weight_ = -1, output_weight_,
      output_context_weight_ = -1, output_bias_;
  PackedBothWays packed_query_, packed_gate_, packed_hidden_, packed_context_;
};

}  // namespace storyteller
