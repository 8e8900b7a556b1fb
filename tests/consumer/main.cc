// Uses every installed floor once and says so; the exit status is 1 where an answer is not the
// expected one.
#include <storyteller/core/ops/ops.h>
#include <storyteller/core/random_stream.h>
#include <storyteller/core/tape.h>
#include <storyteller/core/tensor.h>
#include <storyteller/model/captioner.h>
#include <storyteller/train/data/dataset.h>
#include <storyteller/train/metrics/caption_scorer.h>
#include <storyteller/train/session/training_session.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

namespace {

using namespace storyteller;

bool gradient_of_a_square() {
  Tape tape(Tape::Mode::kTrain);
  const Var x = tape.output(Tensor::from<double>({1}, {3}), /*tracked=*/true);
  tape.backward({multiply(tape, x, x)});
  const double gradient = gathered_gradient(x).to_host<double>().at(0);
  std::printf("gradient of x^2 at 3: %g\n", gradient);
  return gradient == 6;
}

bool score_of_a_caption() {
  const std::vector<std::vector<std::string>> references = {
      {"A dog runs over the grass.", "A brown dog is running."}, {"Two children are playing."}};
  const CaptionScorer scorer(ptb_tokenize_references(references));
  const Tokens caption = ptb_tokenize("a dog runs over the grass");
  const double bleu = scorer.score(0, caption)["bleu_4"];
  const Vocabulary words = Vocabulary::build(std::vector<Tokens>{caption}, 1);
  std::printf("BLEU-4 of '%s': %.3f\n", words.sentence(words.encode(caption)).c_str(), bleu);
  return bleu > 0.999;
}

bool picture_of_a_scene() {
  const auto scenes = open_dataset("scenes:train=1,val=1,test=1", Split::kVal);
  const Image picture = scenes->load(0);
  std::printf("%s, %dx%d: %s\n", scenes->id(0).c_str(), picture.width, picture.height,
              scenes->captions(0).front().c_str());
  return picture.width > 0;
}

/// A training without the command line; then its model says something of a picture.
bool caption_of_a_model() {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "consumer-run";
  std::filesystem::remove_all(folder);
  TrainingSession session(
      {.data = "scenes:train=8,val=2", .run_folder = folder / "run", .cache = folder / "features"});
  for (const char* setting : {"epochs=1", "hidden=16", "embedding=16", "attention=16"}) {
    session.config().assign(setting);
  }
  session.open(Device::cpu(), {});
  const bool finished = session.run() == TrainingOutcome::kFinished;
  const auto captioner = Captioner::load(session.folder().best(), Device::cpu());
  const std::vector<Image> pictures = {session.validation().dataset->load(0)};
  const auto captions = captioner->caption(pictures, captioner->options().search);
  std::printf("after one epoch: %s\n", captioner->sentence(captions.front()).c_str());
  std::filesystem::remove_all(folder);
  return finished && captions.size() == 1;
}

}  // namespace

int main() {
  std::printf("first random word %u\n", RandomStream(1, 2).bits());
  const bool square = gradient_of_a_square(), score = score_of_a_caption();
  return square && score && picture_of_a_scene() && caption_of_a_model() ? 0 : 1;
}
