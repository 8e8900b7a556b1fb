#pragma once

#include <optional>

#include "core/packed_weight.h"
#include "core/tape.h"
#include "core/tensor.h"
#include "kernels/activation.h"
#include "kernels/attention.h"
#include "kernels/lstm_cell.h"
#include "kernels/window.h"

namespace storyteller {

/// Ops: each checks shapes once (InternalError names the op and the shapes), runs its forward
/// kernel and, when the tape records and an input is tracked, records its backward. The formulas
/// are in the kernels' headers. Shapes use the letters of kernels/backend.h.

// ---- Pointwise -------------------------------------------------------------------------------

/// activation(x), any shape. The derivative follows from the output, so x is not kept.
Var activation(Tape& tape, const Var& x, Activation kind);
inline Var relu(Tape& tape, const Var& x) { return activation(tape, x, Activation::kRelu); }
inline Var relu6(Tape& tape, const Var& x) { return activation(tape, x, Activation::kRelu6); }
inline Var sigmoid(Tape& tape, const Var& x) { return activation(tape, x, Activation::kSigmoid); }
inline Var tanh(Tape& tape, const Var& x) { return activation(tape, x, Activation::kTanh); }

/// a + b and a * b, element by element, of equal shapes.
Var add(Tape& tape, const Var& a, const Var& b);
Var multiply(Tape& tape, const Var& a, const Var& b);
/// factor * x; x itself when the factor is 1.
Var scale(Tape& tape, const Var& x, double factor);

/// x in another storage type, float32 or bfloat16; x itself where it has that type already.
Var cast(Tape& tape, const Var& x, DType dtype);
/// Writes the elements of `from` into `to`, which has another storage type; float16 may be read.
void cast_values(const Tensor& from, const Tensor& to);
/// Adds them instead.
void add_cast_values(const Tensor& from, const Tensor& to);

/// Mean over regions, (I,L,D) -> (I,D).
Var region_mean(Tape& tape, const Var& x);

// ---- Products ----------------------------------------------------------------------------------

/// x (M,K) · weight (N,K)ᵀ [+ bias (N)]. An empty bias Var means none. Rows of the result take
/// `width` elements, those behind the N being 0, where that is given; the ops that read them are
/// told N.
Var linear(Tape& tape, const Var& x, const Var& weight, const Var& bias, int64_t width = 0);

/// What rows of `width` elements should take on a device, so that each begins at a multiple of 16
/// bytes whatever its storage type: a multiple of 64 on a GPU, which has wide accesses and products
/// for such rows alone; the same width on the CPU.
int64_t padded_width(Device device, int64_t width);

/// A weight (N,K) that is used at every step of a loop, kept packed for products with few rows.
struct StepWeight {
  Var weight;            ///< (N,K)
  Var bias;              ///< (N); empty: none
  PackedWeight* packed;  ///< never null; packed by pack()
  PackedWeight* packed_transposed =
      nullptr;  ///< for the way back; null: the weight serves as it is
};
/// Packs `step.weight` unless that was done for `version` (Parameters::version()); the transpose
/// only when the weight is tracked, that is, in training.
void pack(const StepWeight& step, uint64_t version);

/// y += x · weightᵀ, or y = x · weightᵀ + bias when not `accumulate`; x (M,K), y (M,N) both made by
/// the caller, usually rows of packed buffers. Flows back to x alone: the weight's gradient is
/// formed once, by linear_weight_gradient.
void linear_step(Tape& tape, const Var& x, const StepWeight& step, const Var& y, bool accumulate);

/// The deferred half of linear_step, recorded BEFORE the loop: on the way back, when every step has
/// left its x and dy in the packed rows, dweight += dyᵀ x in one GEMM with K = N rows, and dbias.
void linear_weight_gradient(Tape& tape, const Var& x, const StepWeight& step, const Var& y);

// ---- Pictures (NHWC) ---------------------------------------------------------------------------

/// The weight of a convolution.
struct Conv2dWeight {
  Var weight;                      ///< (O, C/groups, height, width)
  Var bias;                        ///< (O); empty: none
  PackedWeight* packed = nullptr;  ///< packed again when `version` moved; null: packed at each use
  uint64_t version = 0;            ///< Parameters::version(), never 0 with `packed`
};
struct Conv2dOptions {
  int64_t stride = 1;
  Padding padding = {};
  int64_t groups = 1;                         ///< groups = C = O: depthwise
  Activation activation = Activation::kNone;  ///< kNone, kRelu or kRelu6, after the residual
};
/// activation(x * weight + bias + residual): x (I,H,W,C) -> (I,OH,OW,O). An empty residual: none.
Var conv2d(Tape& tape, const Var& x, const Conv2dWeight& weight, const Conv2dOptions& options,
           const Var& residual = {});

struct PoolOptions {
  Window window;
  bool ceil_mode = false;      ///< round the number of windows up
  bool count_padding = false;  ///< mean_pool: zeros of the padding count
};
/// x (I,H,W,C) -> (I,OH,OW,C).
Var max_pool(Tape& tape, const Var& x, const PoolOptions& options);
Var mean_pool(Tape& tape, const Var& x, const PoolOptions& options);

/// Channels of a, then those of b: (I,H,W,A), (I,H,W,B) -> (I,H,W,A+B).
Var concat(Tape& tape, const Var& a, const Var& b);

/// What a batch norm learns and what it has seen; all (C).
struct BatchNormState {
  Var gamma, beta;
  Tensor running_mean, running_variance;  ///< wide; training moves them in place
};
struct BatchNormOptions {
  bool training = true;  ///< statistics of this batch; false: the running ones, frozen
  bool relu = false;     ///< y = max(0, y)
  double epsilon = 1e-5;
  double momentum = 0.1;
};
/// Normalises each channel, the last axis of x, over all other axes.
Var batch_norm(Tape& tape, const Var& x, const BatchNormState& state,
               const BatchNormOptions& options);
/// Makes `folded` (O,...) and `bias` (O) such that conv2d with them equals conv2d with `weight`
/// (O,...) followed by the frozen batch norm; see kernels/batch_norm.h.
void fold_batch_norm(const Tensor& weight, const BatchNormState& state, double epsilon,
                     const Tensor& folded, const Tensor& bias);

/// The same elements in another shape of equal size; nothing is copied.
Var reshape(Tape& tape, const Var& x, Shape shape);

// ---- Words -------------------------------------------------------------------------------------

/// weight (V,E) rows by token (N) -> (N,E). `tokens` must outlive the recording.
Var embedding(Tape& tape, const Var& weight, const Tensor& tokens);

/// Row b of the result is row index[b] of x (N,W); `index` (B) int32 must outlive the recording.
Var gather_rows(Tape& tape, const Var& x, const Tensor& index);

/// What a dropout mask depends on: see kernels/dropout.h.
struct DropoutKey {
  uint64_t key = 0;         ///< of (seed, step, site)
  const uint64_t* row_key;  ///< (N) on the device of x; must outlive the recording
};
/// x (N,W); x itself when the tape does not record or the rate is 0.
Var dropout(Tape& tape, const Var& x, float rate, DropoutKey key);

/// Mean over the rows that count of the smoothed cross-entropy; the logits' memory becomes that of
/// their gradient, so they can be read no more once the tape records.
/// target (N) int32, negative: masked. `weight` (N) wide or empty: all 1. Returns a scalar: the sum
/// of the rows' losses divided by `normaliser` (by the number of rows where that is 0). `words`:
/// how many of a row's elements are words, all where that is 0. `losses` receives the losses (N) of
/// the rows, wide; null: they are not wanted.
Var cross_entropy(Tape& tape, const Var& logits, const Tensor& target, const Tensor& weight,
                  double smoothing, double normaliser = 0, int64_t words = 0,
                  Tensor* losses = nullptr);

/// Mean over the rows that count of the cross-entropy against a distribution over the words (N,V),
/// wide, instead of one word each; the logits' memory becomes that of their gradient, so they can
/// be read no more once the tape records. Nothing flows into the distribution. target (N) int32 or
/// empty: negative masks the row, else it is not read; the rest as cross_entropy() has it.
Var soft_cross_entropy(Tape& tape, const Var& logits, const Tensor& distribution,
                       const Tensor& target, const Tensor& weight, double normaliser = 0,
                       int64_t words = 0);
/// Adds `scale` times the softmax of logits (N,V) to *sum (N,V), wide, which is made where it is
/// empty; `words` as above. No gradient.
void add_softmax(const Tensor& logits, double scale, int64_t words, Tensor* sum);

/// Binary cross-entropy of the words that belong to a picture, each judged by a soft maximum over
/// its regions, the harder the greater `sharpness` (> 0): x (I,L,V) scores, present (I,V) wide, 0
/// or 1, weight (V) wide: how much each word counts. Mean over pictures and words, of which there
/// are `words` where the rest of the V weighs nothing; a scalar.
Var word_presence_loss(Tape& tape, const Var& x, const Tensor& present, const Tensor& weight,
                       double sharpness, int64_t words = 0);

// ---- Choice of words, without a gradient -------------------------------------------------------

/// A list of words for each of B rows, one behind the other.
struct WordLists {
  std::vector<int32_t> begin = {0};  ///< (B+1): row b has words[begin[b]..begin[b+1])
  std::vector<int32_t> words;
  void clear() {
    begin.assign(1, 0);
    words.clear();
  }
};
/// The best words of each row, best first, ties by lower id.
struct BestWords {
  Tensor word;             ///< (B,k) int32
  Tensor log_probability;  ///< (B,k) wide, -infinity where fewer than k words are left
};
/// The k most probable words of each row of logits (B,width), of which the first `words` are words.
/// Those barred are neither offered nor part of the normaliser; CLOBBERS the logits.
BestWords top_words(const Tensor& logits, int64_t words, int64_t k, const WordLists& barred);

/// Which words may be drawn ("truncation sampling": Hewitt et al., 2022); the order and the
/// formulas are in kernels/filter_logits.h.
struct Truncation {
  double temperature = 1;  ///< > 0
  int64_t top_k = 0;       ///< 0: all
  double top_p = 1;        ///< in [0,1]; 1: all
  double min_p = 0;        ///< in [0,1]; 0: all
  double typical_p = 1;    ///< in [0,1]; 1: all
};
/// Sets the logits (B,width) of the words that may not be drawn to -infinity, in place; the first
/// `words` of each row are words, and those barred are no words. Returns (B), wide: the log of the
/// probability that those which stay have together at temperature 1.
Tensor filter_logits(const Tensor& logits, int64_t words, const Truncation& truncation,
                     const WordLists& barred);

/// One word for each row.
struct SampledWords {
  Tensor word;             ///< (B) int32
  Tensor log_probability;  ///< (B) wide: of the word at temperature 1, among the logits as they are
};
/// Draws from softmax(logits / temperature); 0: the most probable word. row_key (B) uint64 names
/// the rows and `key` the step (kernels/sample_step.h): a row draws the same word whatever is
/// beside it.
SampledWords sample_step(const Tensor& logits, int64_t words, const Tensor& row_key, uint64_t key,
                         double temperature);

// ---- Recurrence and attention ------------------------------------------------------------------

/// One LSTM step of a form. `gates` (B,G*H) holds the pre-activations and afterwards the activated
/// gates; c (B,H) is wide; h_out and, for LstmForm::kSentinel, sentinel_out (B,H) are made by the
/// caller. Returns the new cell state (B,H), wide.
Var lstm_cell(Tape& tape, const Var& gates, const Var& c, const Var& h_out,
              LstmForm form = LstmForm::kPlain, const Var& sentinel_out = {});

/// One GRU step. `gates` (B,3H) holds the input's pre-activations and afterwards the activated
/// gates; ah (B,3H) those of the state, which must stay for the backward; state (B,H) is wide;
/// h_out (B,H) is made by the caller. Returns the new state (B,H), wide; h_out is its copy for
/// products.
Var gru_cell(Tape& tape, const Var& gates, const Var& ah, const Var& state, const Var& h_out);

/// One step of a plain recurrent network (Elman, 1990), h_out = kind(gates): `gates` (B,H) holds
/// the sum of both pre-activations and stays; h_out (B,H) is made by the caller.
void rnn_cell(Tape& tape, const Var& gates, const Var& h_out, Activation kind = Activation::kTanh);

/// Gated linear unit of rows of two halves (kernels/glu.h). `x` (B,2H) holds information and
/// pre-activations of its gates, which are afterwards activated; y (B,H) is made by the caller.
void glu(Tape& tape, const Var& x, const Var& y);

/// Copies the first rows of `from` into all of `to`: the captions that go on into the next step.
void carry_rows(Tape& tape, const Var& from, const Var& to);

/// Adds the first rows of `from` (B,W) to the columns [column, column + W) of all rows of `to`
/// (M,N), M <= B.
void add_rows(Tape& tape, const Var& from, const Var& to, int64_t column = 0);

/// Which captions look at which picture, in both directions; int32 tensors on the device.
struct RowMap {
  Tensor row_to_image;  ///< (B)
  Tensor image_begin;   ///< (I+1) CSR: picture i is looked at by image_rows[image_begin[i]..)
  Tensor image_rows;    ///< (B)
  int64_t rows() const { return row_to_image.size(0); }
  int64_t images() const { return image_begin.size(0) - 1; }
};
/// The map out of its first direction, given on the host: row_to_image[b] in [0, images).
RowMap make_row_map(const std::vector<int32_t>& row_to_image, int64_t images, Device device);
/// x (I,E) -> (B,E): for each row that of its picture. What the map holds must outlive the
/// recording.
Var picture_rows(Tape& tape, const Var& x, const RowMap& map);

/// Time-major packed rows: step t holds rows [offset[t], offset[t+1]), the first of the captions.
struct StepRows {
  const int64_t* offset;  ///< (steps+1) on the host, offset[0] = 0, differences do not grow
  int64_t steps;
  int64_t begin(int64_t t) const { return offset[t]; }
  int64_t count(int64_t t) const { return offset[t + 1] - offset[t]; }
  int64_t total() const { return offset[steps]; }
};

/// How hard attention takes one region for each row (kernels/attention.h).
struct RegionDraw {
  bool at_random = false;             ///< false: the likeliest one
  uint64_t key = 0;                   ///< of (seed, step, site)
  const uint64_t* row_key = nullptr;  ///< (N) on the device; null: all rows draw by one number
};

/// Attention over a loop of steps: what the steps share.
struct AttentionLoop {
  Var keys;          ///< (I,L,A)
  Var values;        ///< (I,L,D)
  Var score_weight;  ///< (A)
  Var query;         ///< (N,A) packed
  Var gate;          ///< (N,1) or (N,D) packed, before the sigmoid; empty: no gate
  Var alpha;         ///< (N,L) packed, out
  Var z;             ///< (N,D) packed, out
  Var log_sum;  ///< (N,1) packed, wide, out: the scores' log of the sum of exponentials; empty:
                ///< not wanted
  RowMap map;
  StepRows rows;
  ScoreFunction score = ScoreFunction::kTanh;
  ContextGate gate_kind = ContextGate::kNone;
  std::optional<RegionDraw> draw;  ///< hard attention; empty: soft
  Tensor drawn;                    ///< (N,L) packed, out: 1 for the region drawn; with `draw`
  Tensor context, de, dcontext;    ///< kept for the backward; made by attention_begin
};
/// Makes what the loop keeps, and records the deferred gradient of keys, values and score weight.
/// query, gate, alpha and z must be packed Vars that the caller made; the loop must stay in place
/// until the tape is reset.
void attention_begin(Tape& tape, AttentionLoop& loop);
/// Step t: reads query and gate rows, writes alpha and z rows.
void attention_step(Tape& tape, AttentionLoop& loop, int64_t t);

/// The sentinel of adaptive attention over a loop of steps, each behind that of `attention`
/// (kernels/visual_sentinel.h).
struct SentinelLoop {
  Var key;               ///< (N,A) packed: what the sentinel answers to the attention's query
  Var sentinel;          ///< (N,D) packed: what is taken in place of the regions
  Var share;             ///< (N,1) packed, wide, out: the sentinel's weight
  Var weights;           ///< (N,L) packed, wide, out: what is left for the regions
  Var z;                 ///< (N,D) packed, out
  Tensor dscore_weight;  ///< kept for the backward; made by visual_sentinel_begin
};
/// Makes what the loop keeps, and records the deferred gradient of the score weight. All Vars are
/// made by the caller; both loops must stay in place until the tape is reset.
void visual_sentinel_begin(Tape& tape, AttentionLoop& attention, SentinelLoop& loop);
/// Step t, of which the attention must have its alpha, z and log_sum.
void visual_sentinel_step(Tape& tape, AttentionLoop& attention, SentinelLoop& loop, int64_t t);

/// weight * mean (1 - sum over time of alpha)^2 over the loop's captions and regions; a scalar.
Var coverage_loss(Tape& tape, const Var& alpha, StepRows rows, double weight);

/// What hard attention drew in a loop, and how the words came out that were said by it.
struct DrawnRegions {
  Tensor drawn;    ///< (N,L) of AttentionLoop
  Tensor losses;   ///< (N) of the words
  Tensor targets;  ///< (N) int32; negative: the row does not count
  StepRows rows;
  Tensor state;  ///< (RegionRewardState::kSize) wide, moved in place: the baseline
};
struct RegionRewardOptions {
  double reward_weight = 1, entropy_weight = 0;
  double normaliser = 1;  ///< words of the loss
  int64_t step = 0;       ///< of the optimizer: calls of one step share a baseline
};
/// Teaches alpha (N,L) which draws were worth it (kernels/region_reward.h); a scalar. Flows back to
/// alpha alone.
Var region_reward_loss(Tape& tape, const Var& alpha, const DrawnRegions& regions,
                       const RegionRewardOptions& options);

}  // namespace storyteller
