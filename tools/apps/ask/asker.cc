#include "tools/apps/ask/asker.h"

#include <algorithm>
#include <cmath>

#include "core/device_turn.h"
#include "core/error.h"
#include "core/text/phrase.h"
#include "train/text/ptb/tokenizer.h"
#include "train/vqa/answering.h"

namespace storyteller::ask {

Asker::Asker(const std::filesystem::path& model, Device device)
    : model_(Captioner::load(model, device, false, DType::kFloat32, Task::kVqa)),
      confidence_(answer_confidence_of(SafetensorsFile::open(model))) {}

void Asker::look(const Image& picture) { features_ = model_->encode({&picture, 1}); }

std::string Asker::refusal_of(const std::vector<std::string>& words, Reply* reply) const {
  if (words.empty()) return "There is no word in this question.";
  if (words.front() == "why") {
    return "I see what is in a picture, not why it is: questions that begin with \"why\" are not "
           "answered.";
  }
  for (const std::string& word : words) {
    if (model_->vocabulary().id(word) == Vocabulary::kUnk) reply->unknown.push_back(word);
  }
  if (2 * reply->unknown.size() < words.size()) return "";
  return "I do not know these words: " + joined(reply->unknown) + ".";
}

Reply Asker::ask(const std::string& question, size_t top) {
  if (!features_) throw InternalError("Asker: there is no picture to ask about");
  Reply reply;
  std::vector<std::string> words = ptb_tokenize(question);
  reply.refusal = refusal_of(words, &reply);
  if (!reply.refusal.empty()) return reply;
  words.resize(std::min(words.size(), size_t{kQuestionWords}));

  const DeviceTurn turn;
  Tape tape(Tape::Mode::kInfer);
  StackedAttention& network = *model_->answerer();
  network.refresh();
  // As in training: <start> is read first.
  std::vector<int32_t> ids = {Vocabulary::kStart};
  for (const int id : model_->vocabulary().encode(words)) ids.push_back(id);
  std::vector<int64_t> offset(ids.size() + 1);
  for (size_t t = 0; t < offset.size(); ++t) offset[t] = static_cast<int64_t>(t);
  const Device device = model_->device();
  const QuestionRows rows = {.words = Tensor::from({std::ssize(ids)}, ids, device),
                             .rows = {offset.data(), std::ssize(ids)}};
  StackedAttention::Loop loop;
  const Var logits = network.answer(tape, loop, network.prepare(tape, Var(features_)), rows,
                                    make_row_map({0}, 1, device));
  const int64_t known = network.answers();
  const BestWords best =
      top_words(logits.value(), known, std::min<int64_t>(static_cast<int64_t>(top), known),
                WordLists{.begin = {0, 0}, .words = {}});
  const std::vector<int32_t> answers = best.word.to_host<int32_t>();
  const std::vector<float> scores = to_host_float(best.log_probability);
  for (size_t a = 0; a < answers.size(); ++a) {
    reply.answers.push_back({model_->answers().text(answers[a]), std::exp(scores[a])});
  }
  if (confidence_) {
    reply.confidence = confidence_->confidence(reply.answers.front().probability);
    // What it was calibrated on were questions that it understood.
    if (reply.unknown.empty()) reply.grade = confidence_->grade(*reply.confidence);
  }
  for (const AttentionLoop& hop : loop.hops) reply.maps.push_back(to_host_float(hop.alpha.value()));
  return reply;
}

}  // namespace storyteller::ask
