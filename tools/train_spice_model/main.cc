#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>

#include "core/error.h"
#include "train/metrics/spice/training.h"

// Trains the tagger and parser of SPICE-native on a treebank and writes its model file:
//   train_spice_model --treebank en_ewt-ud-train.conllu --out models/spice_native.safetensors
// Every tenth sentence is held out; what the model gets right there is printed and written into the
// file. Equal arguments give equal bits.

namespace {

using storyteller::spice::Accuracy;

std::string percent(size_t part, size_t whole) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f %%", 100.0 * static_cast<double>(part) / whole);
  return text;
}

std::string line_of(const Accuracy& a) {
  return "tags " + percent(a.tags, a.words) + ", UAS " + percent(a.heads, a.words) + ", LAS " +
         percent(a.labels, a.words) + " (UAS with right tags " +
         percent(a.gold_tag_heads, a.words) + "), " + std::to_string(a.words) + " words";
}

std::vector<storyteller::spice::TreebankSentence> as_captions(
    const std::vector<storyteller::spice::TreebankSentence>& sentences, bool keep_punctuation) {
  std::vector<storyteller::spice::TreebankSentence> out;
  out.reserve(sentences.size());
  for (const auto& sentence : sentences) {
    out.push_back(storyteller::spice::as_caption(sentence, keep_punctuation));
  }
  return out;
}

int run(int argc, char** argv) {
  std::string treebank, out;
  storyteller::spice::TrainingOptions options;
  CLI::App app("Trains the tagger and parser of SPICE-native on a CoNLL-U treebank.");
  app.add_option("--treebank", treebank, "CoNLL-U file, unpacked")->required();
  app.add_option("--out", out, "Model file to write")->required();
  app.add_option("--seed", options.seed, "Of the order of sentences and of exploration")
      ->capture_default_str();
  app.add_option("--tagger-epochs", options.tagger_epochs, "Passes over the treebank")
      ->capture_default_str();
  app.add_option("--parser-epochs", options.parser_epochs, "Passes over the treebank")
      ->capture_default_str();
  app.add_option("--runs", options.runs, "Runs whose weights are averaged")->capture_default_str();
  app.add_option("--tagger-rows", options.tagger_rows, "Features kept, a power of two")
      ->capture_default_str();
  app.add_option("--transition-rows", options.transition_rows, "Likewise")->capture_default_str();
  app.add_option("--label-rows", options.label_rows, "Likewise")->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : static_cast<int>(storyteller::ExitCode::kUsage);
  }
  const auto split = storyteller::spice::split_treebank(storyteller::spice::read_conllu(treebank));
  const auto model = storyteller::spice::train_language_model(
      split.training, options,
      [](const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); });
  const std::string plain = line_of(accuracy_on(model, as_captions(split.held_out, false)));
  const std::string marked = line_of(accuracy_on(model, as_captions(split.held_out, true)));
  std::printf("held-out, no punctuation:   %s\nheld-out, with punctuation: %s\n", plain.c_str(),
              marked.c_str());
  std::printf("train, no punctuation:      %s\n",
              line_of(accuracy_on(model, as_captions(split.training, false))).c_str());
  save_language_model(model,
                      {{"accuracy", plain},
                       {"accuracy_with_punctuation", marked},
                       {"licence", "CC BY-SA 4.0"},
                       {"source", "Universal Dependencies English EWT, train"},
                       {"seed", std::to_string(options.seed)}},
                      out);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const storyteller::Error& error) {
    std::fprintf(stderr, "train_spice_model: %s\n", error.what());
    return static_cast<int>(error.code());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "train_spice_model: %s\n", error.what());
    return static_cast<int>(storyteller::ExitCode::kInternal);
  }
}
