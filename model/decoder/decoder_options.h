#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/config.h"
#include "core/ops/ops.h"
#include "model/decoder/cells/cell_kind.h"
#include "model/decoder/kinds/decoder_kind.h"

namespace storyteller {

/// How the first hidden and cell state follow from the mean feature a.
enum class InitialState : int {
  kLinear,  ///< W a + b
  kTanh,    ///< tanh(W a + b)
  kMlp,     ///< tanh(W relu(M a + m) + b), Xu 2015 section 3.1.2
  kZero,    ///< 0
};

/// What hard attention reads when it captions.
enum class DecodingRegion : int {
  kExpectation,  ///< all regions by their weight, as in soft attention (the published code of Xu)
  kArgmax,       ///< the likeliest one
  kSample,       ///< one drawn, by a number that depends on the position alone
};

/// When a decoder that attends to nothing reads the picture.
enum class ImageInput : int {
  kFirst,  ///< as if it were the word before <start> (Vinyals 2015)
  kEvery,  ///< beside every word (Mao 2015)
  kState,  ///< the first state follows from it, as InitialState has it
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
  DecoderKind kind = DecoderKind::kSoft;
  CellKind cell = CellKind::kLstm;
  ScoreFunction score = ScoreFunction::kTanh;
  AttentionQuery query = AttentionQuery::kHidden;
  ContextGate gate = ContextGate::kVector;
  InitialState initial_state = InitialState::kTanh;
  ImageInput image_input = ImageInput::kFirst;
  OutputLayer output = OutputLayer::kPlain;
  /// Hard attention, in training: the probability that a step of the optimizer draws regions; where
  /// it does not, it reads them all by their weight (Xu 2015, section 4.1).
  float semi_sampling = 0.5F;
  DecodingRegion decoding_region = DecodingRegion::kExpectation;
  float embedding_dropout = 0;  ///< on the word vectors, in training
  float output_dropout = 0;     ///< on what the output layer reads, in training
};

/// Declares every option but `vocabulary` and `feature_width`, which follow from words and encoder.
void declare(DecoderOptions& options, Config& config);

/// What the paper of a kind has where nobody says otherwise: sets the options of `config` that
/// still have their default. Call it once all sources are read.
void take_defaults_of_kind(const DecoderOptions& options, Config& config);
/// Likewise of the settings of training, for a kind that the user or a model chose.
void take_training_defaults_of_kind(const DecoderOptions& options, Config& config);

}  // namespace storyteller
