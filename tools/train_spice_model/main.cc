#include <cstdio>
#include <exception>
#include <iostream>
#include <string>

#include "core/error.h"
#include "core/text/number_format.h"
#include "tools/cli/options.h"
#include "tools/train_spice_model/training.h"

// Trains the tagger and parser of SPICE-native on a treebank and writes its model file:
//   train_spice_model --treebank en_ewt-ud-train.conllu --out models/spice_native.safetensors
// Every tenth sentence is held out; what the model gets right there is printed and written into the
// file. Equal arguments give equal bits.

namespace {

using storyteller::spice::Accuracy;

std::string percent(size_t part, size_t whole) {
  return storyteller::percent(static_cast<double>(part) / static_cast<double>(whole), 2);
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
  storyteller::CommandLine line(
      "train_spice_model", "Trains the tagger and parser of SPICE-native on a CoNLL-U treebank.");
  const storyteller::Options command = line.options();
  command.text("--treebank", treebank, "CoNLL-U file, unpacked").required();
  command.text("--out", out, "Model file to write").required();
  command.number("--seed", options.seed, "Of the order of sentences and of exploration");
  command.number("--tagger-epochs", options.tagger_epochs, "Passes over the treebank");
  command.number("--parser-epochs", options.parser_epochs, "Passes over the treebank");
  command.number("--runs", options.runs, "Runs whose weights are averaged");
  command.number("--tagger-rows", options.tagger_rows, "Features kept, a power of two");
  command.number("--transition-rows", options.transition_rows, "Likewise");
  command.number("--label-rows", options.label_rows, "Likewise");
  if (const auto code = line.parse(argc, argv, std::cout)) return *code;
  const auto split = storyteller::spice::split_treebank(storyteller::spice::read_conllu(treebank));
  const auto model = storyteller::spice::train_syntax_model(
      split.training, options,
      [](const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); });
  const std::string plain = line_of(accuracy_on(model, as_captions(split.held_out, false)));
  const std::string marked = line_of(accuracy_on(model, as_captions(split.held_out, true)));
  std::printf("held-out, no punctuation:   %s\nheld-out, with punctuation: %s\n", plain.c_str(),
              marked.c_str());
  std::printf("train, no punctuation:      %s\n",
              line_of(accuracy_on(model, as_captions(split.training, false))).c_str());
  save_syntax_model(model,
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
