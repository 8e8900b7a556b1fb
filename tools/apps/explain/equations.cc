#include "tools/apps/explain/equations.h"

#include "model/decoder/cells/cell_kind.h"
#include "model/decoder/cells/recurrent_cell.h"

namespace storyteller::explain {
namespace {

std::string number(std::int64_t value) { return std::to_string(value); }

std::string sized(const char* name, std::int64_t size) {
  return std::string(name) + " (" + number(size) + ")";
}

Equation first_state(const DecoderOptions& options) {
  Equation step{"StateInitializer", "model/decoder/initial_state.h", "",
                sized("h₀, and c₀ of an LSTM,", options.hidden)};
  switch (options.initial_state) {
    case InitialState::kLinear:
      step.says = "a = mean of the a_l\nh₀ = W a + b";
      break;
    case InitialState::kTanh:
      step.says = "a = mean of the a_l\nh₀ = tanh(W a + b)";
      break;
    case InitialState::kMlp:
      step.says = "a = mean of the a_l\nh₀ = tanh(W relu(M a + m) + b)";
      break;
    case InitialState::kZero:
      step.says = "h₀ = 0";
      break;
  }
  return step;
}

Equation attention(const Lesson& lesson, const std::string& asks) {
  const DecoderOptions& options = lesson.decoder;
  const bool with_word = options.query == AttentionQuery::kHiddenAndWord;
  const std::string score = options.score == ScoreFunction::kTanh ? "tanh" : "relu";
  Equation step{"Attention", "model/decoder/attention.h", "",
                sized("q and k_l", options.attention) + ", " +
                    sized("alpha", lesson.grid_rows * lesson.grid_columns)};
  step.says = "k_l = W_k v_l + b_k\nq = W_q " + asks + (with_word ? " + U_q E y" : "") +
              " + b_q\ne_l = w · " + score + "(k_l + q)\nalpha = softmax(e)\n";
  if (options.gate == ContextGate::kNone) {
    step.says += "z = Σ_l alpha_l v_l";
  } else {
    step.says += "beta = sigmoid(W_b " + asks + " + b_b)\nz = beta Σ_l alpha_l v_l";
    step.shape += options.gate == ContextGate::kVector ? ", beta as wide as z" : ", beta (1)";
  }
  if (options.kind == DecoderKind::kHard) {
    step.says += options.decoding_region == DecodingRegion::kExpectation
                     ? "\n(in training one region is drawn by alpha; captioning reads the mean)"
                     : "\n(one region alone is read)";
  }
  return step;
}

Equation cell(const DecoderOptions& options, const std::string& gates) {
  Equation step{"", "", gates + "\n", sized("h'", options.hidden)};
  const CellKind kind =
      options.kind == DecoderKind::kAdaptive ? CellKind::kSentinelLstm : options.cell;
  switch (kind) {
    case CellKind::kLstm:
      step.says +=
          "i|f|g|o = gates\nc' = sigmoid(f) c + sigmoid(i) tanh(g)\nh' = sigmoid(o) tanh(c')";
      break;
    case CellKind::kMaxOutLstm:
      step.says +=
          "i|f|o|a|b = gates\nc' = sigmoid(f) c + sigmoid(i) max(a, b)\nh' = sigmoid(o) tanh(c')";
      break;
    case CellKind::kSentinelLstm:
      step.says +=
          "i|f|g|o|s = gates\nc' = sigmoid(f) c + sigmoid(i) tanh(g)\nh' = sigmoid(o) tanh(c')\n"
          "sentinel = sigmoid(s) tanh(c')";
      break;
    case CellKind::kGru:
      step.says +=
          "r, z = sigmoid(gates + product)\nn = tanh(gates + r product)\nh' = (1 - z) n + z h";
      break;
    case CellKind::kRnn:
      step.says += "h' = tanh(gates)";
      break;
    case CellKind::kReluRnn:
      step.says += "h' = relu(gates)";
      break;
  }
  const bool lstm =
      kind == CellKind::kLstm || kind == CellKind::kMaxOutLstm || kind == CellKind::kSentinelLstm;
  step.name = "RecurrentCell (" + name_of(kind) + ")";
  step.file = std::string("model/decoder/cells/") + (lstm                     ? "lstm.cc"
                                                     : kind == CellKind::kGru ? "gru.cc"
                                                     : kind == CellKind::kRnn ? "rnn.cc"
                                                                              : "relu_rnn.cc");
  if (lstm) step.shape += ", " + sized("c'", options.hidden);
  return step;
}

Equation words(const DecoderOptions& options, const std::string& from) {
  Equation step{"WordScorer", "model/decoder/output_layer.h", "",
                sized("logits and p", options.vocabulary)};
  switch (options.output) {
    case OutputLayer::kPlain:
      step.says = "logits = W_o " + from + " + b";
      break;
    case OutputLayer::kSum:
      step.says = "logits = W_o " + from + " + W_z z + b";
      break;
    case OutputLayer::kDeep:
      step.says = "logits = W_o tanh(L_h " + from + " + E y" +
                  (options.kind == DecoderKind::kFixed ? "" : " + L_z z") + ") + b";
      break;
  }
  step.says += "\np(next word) = softmax(logits), words that may not come left out";
  return step;
}

void add_fixed(const DecoderOptions& options, std::vector<Equation>& steps) {
  Equation first{"FixedDecoder", "model/decoder/kinds/fixed.cc", "a = mean of the a_l\n",
                 sized("h₀", options.hidden)};
  std::string gates = "gates = W_y E y + W_h h + b";
  switch (options.image_input) {
    case ImageInput::kFirst:
      first.says += "h₀ = cell(W_y W_p a + b, 0)";
      steps.push_back(first);
      break;
    case ImageInput::kEvery:
      first.says += "h₀ = 0";
      gates = "gates = W_y (E y + W_p a) + W_h h + b";
      steps.push_back(first);
      break;
    case ImageInput::kState:
      steps.push_back(first_state(options));
      break;
  }
  steps.push_back(cell(options, gates));
  steps.push_back(words(options, "h'"));
}

void add_adaptive(const Lesson& lesson, std::vector<Equation>& steps) {
  steps.push_back(first_state(lesson.decoder));
  steps.push_back({"AdaptiveDecoder", "model/decoder/kinds/adaptive.cc",
                   "v_l = relu(W_a a_l)\nv = relu(W_b a)", sized("v_l", lesson.decoder.hidden)});
  steps.push_back(cell(lesson.decoder, "gates = W_y E y + W_v v + W_h h + b"));
  steps.push_back(attention(lesson, "h'"));
  steps.push_back(
      {"VisualSentinel", "kernels/visual_sentinel.h",
       "e_s = w · score(W_s sentinel + q)\nshare = exp(e_s) / (exp(e_s) + Σ_l exp(e_l))\n"
       "z = (1 - share) Σ_l alpha_l v_l + share · sentinel",
       "share (1)"});
  steps.push_back(
      words(lesson.decoder, lesson.decoder.output == OutputLayer::kPlain ? "(h' + z)" : "h'"));
}

void add_top_down(const Lesson& lesson, std::vector<Equation>& steps) {
  steps.push_back(first_state(lesson.decoder));
  steps.push_back(cell(lesson.decoder, "gates = W_y E y + W_a a + W_2 h2 + W_h h1 + b1"));
  steps.back().name += ", which attends: h is h1";
  steps.push_back(attention(lesson, "h1'"));
  steps.back().says = "v_l = a_l\n" + steps.back().says;
  steps.push_back(cell(lesson.decoder, "gates = W_1 h1' + W_z z + U_h h2 + b2"));
  steps.back().name += ", which speaks: h is h2";
  steps.push_back(words(lesson.decoder, "h2'"));
}

void add_aoa(const Lesson& lesson, std::vector<Equation>& steps) {
  steps.push_back(first_state(lesson.decoder));
  steps.push_back({"AoaDecoder", "model/decoder/kinds/aoa.cc",
                   "v_l = relu(W_a a_l + b_a)\nv = mean of the v_l",
                   sized("v_l", lesson.decoder.hidden)});
  steps.push_back(cell(lesson.decoder, "gates = W_y E y + W_v (v + x) + W_h h + b"));
  steps.push_back(attention(lesson, "h'"));
  steps.push_back({"AoaDecoder", "model/decoder/kinds/aoa.cc",
                   "i|g = W_z z + U h' + c\nx' = i sigmoid(g)",
                   sized("x'", lesson.decoder.hidden)});
  steps.push_back(words(lesson.decoder, "x'"));
}

void add_soft(const Lesson& lesson, std::vector<Equation>& steps) {
  const DecoderOptions& options = lesson.decoder;
  steps.push_back(first_state(options));
  steps.push_back(attention(lesson, "h"));
  steps.back().says = "v_l = a_l\n" + steps.back().says;
  steps.push_back(cell(options, options.kind == DecoderKind::kAtt2in
                                    ? "gates = W_y E y + W_h h + b, and + W_z z for the candidate"
                                    : "gates = W_y E y + W_z z + W_h h + b"));
  steps.push_back(words(options, "h'"));
}

}  // namespace

std::vector<Equation> equations_of(const Lesson& lesson) {
  const DecoderOptions& options = lesson.decoder;
  const std::string regions = number(lesson.grid_rows * lesson.grid_columns);
  std::vector<Equation> steps = {
      {"Encoder (" + lesson.encoder + ")", "model/encoder/encoder.h",
       "a_l = encoder(picture) at region l = 1 … " + regions +
           (options.feature_scale == 1 ? "" : ", times a fixed scale"),
       "a (" + regions + ", " + number(lesson.feature_width) + ")"},
      {"WordEmbedding", "model/decoder/word_embedding.h",
       "E y = the row of E of the word y that was said last", sized("E y", options.embedding)}};
  switch (options.kind) {
    case DecoderKind::kSoft:
    case DecoderKind::kHard:
    case DecoderKind::kAtt2in:
      add_soft(lesson, steps);
      break;
    case DecoderKind::kAdaptive:
      add_adaptive(lesson, steps);
      break;
    case DecoderKind::kTopDown:
      add_top_down(lesson, steps);
      break;
    case DecoderKind::kAoa:
      add_aoa(lesson, steps);
      break;
    case DecoderKind::kFixed:
      add_fixed(options, steps);
      break;
  }
  return steps;
}

}  // namespace storyteller::explain
