#include "tools/train_spice_model/training.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/error.h"
#include "tools/train_spice_model/perceptron.h"

namespace storyteller::spice {
namespace {

using Log = std::function<void(const std::string&)>;

/// Equal numbers everywhere (Steele et al. 2014, splitmix64); <random>'s distributions are not.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t below(uint64_t limit) {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return (z ^ (z >> 31)) % limit;
  }
  void shuffle(std::vector<uint32_t>& order) {
    for (size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[below(i)]);
  }

 private:
  uint64_t state_;
};

/// A sentence prepared for training.
struct Example {
  std::vector<WordFeatures> words;
  std::vector<Tag> tags;
  std::vector<Tag> guessed;  ///< by a tagger that has not seen the sentence
  std::vector<int32_t> heads;
  std::vector<Label> labels;
  uint32_t sentence;  ///< of the treebank
};

Example example_of(const TreebankSentence& caption, uint32_t sentence) {
  Example example{{}, caption.tags, {}, caption.heads, caption.labels, sentence};
  for (const std::string& word : caption.words) example.words.push_back(word_features(word));
  return example;
}

std::vector<Example> examples_of(const std::vector<TreebankSentence>& sentences) {
  std::vector<Example> examples;
  for (uint32_t i = 0; i < sentences.size(); ++i) {
    for (const bool keep_punctuation : {false, true}) {
      Example example = example_of(as_caption(sentences[i], keep_punctuation), i);
      // Without any mark the second form would be the first once more.
      if (keep_punctuation && !examples.empty() && examples.back().sentence == i &&
          examples.back().words.size() == example.words.size()) {
        continue;
      }
      if (!example.words.empty()) examples.push_back(std::move(example));
    }
  }
  return examples;
}

template <class Scores>
int best_of(const Scores& scores) {
  return static_cast<int>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

void train_on(const Example& example, Perceptron<kTags>& tagger) {
  Tag before = Tag::kPeriod, before2 = Tag::kPeriod;
  for (size_t i = 0; i < example.words.size(); ++i) {
    const TaggerFeatures features = tagger_features(example.words, i, before, before2);
    const int guess = best_of(tagger.score(features));
    tagger.update(features, static_cast<int>(example.tags[i]), guess);
    before2 = std::exchange(before, static_cast<Tag>(guess));  // as when it is used
  }
}

/// Runs `train(example)` over all examples of `order`, in a new order each epoch.
template <class Train>
void run_epochs(std::vector<uint32_t>& order, int epochs, Random& random, const std::string& what,
                const Log& log, Train train) {
  for (int epoch = 0; epoch < epochs; ++epoch) {
    random.shuffle(order);
    for (const uint32_t i : order) train(i, epoch);
    if (log) log(what + ": epoch " + std::to_string(epoch + 1) + " of " + std::to_string(epochs));
  }
}

TaggerWeights train_tagger(const std::vector<Example>& examples, std::vector<uint32_t> order,
                           const TrainingOptions& options, Random& random, const std::string& what,
                           const Log& log) {
  Perceptron<kTags> choosing;
  run_epochs(order, options.tagger_epochs / 2, random, what, log,
             [&](uint32_t i, int) { train_on(examples[i], choosing); });
  choosing.keep_strongest(options.tagger_rows);
  std::vector<Perceptron<kTags>> runs(options.runs, choosing);
  for (Perceptron<kTags>& run : runs) {
    run_epochs(order, options.tagger_epochs / 2, random, what, log,
               [&](uint32_t i, int) { train_on(examples[i], run); });
  }
  return Perceptron<kTags>::frozen(runs, options.tagger_rows);
}

/// Gives every example the tags that a tagger guesses which was trained on the other folds.
void guess_tags(std::vector<Example>& examples, const TrainingOptions& options, Random& random,
                const Log& log) {
  const auto folds = static_cast<uint32_t>(options.folds);
  for (uint32_t fold = 0; fold < folds; ++fold) {
    std::vector<uint32_t> others;
    for (uint32_t i = 0; i < examples.size(); ++i) {
      if (examples[i].sentence % folds != fold) others.push_back(i);
    }
    const TaggerWeights tagger = train_tagger(
        examples, std::move(others), options, random,
        "tagger, fold " + std::to_string(fold + 1) + " of " + std::to_string(folds), log);
    for (Example& example : examples) {
      if (example.sentence % folds == fold) tag_words(tagger, example.words, example.guessed);
    }
  }
}

class ParserTrainer {
 public:
  explicit ParserTrainer(Random& random) : random_(random) {}

  void train_on(const Example& example, bool explore) {
    const TaggedWords sentence{example.words, example.guessed};
    state_.start(example.words.size());
    while (!state_.finished()) {
      Transition transition = Transition::kShift;
      if (state_.stack(0) >= 0) transition = train_transition(example, sentence, explore);
      Label label = Label::kOther;
      if (transition != Transition::kShift) {
        label = train_label(example, sentence, state_.head_of(transition), state_.dependent());
      }
      state_.apply(transition, label);
    }
  }
  void keep_strongest(const TrainingOptions& options) {
    transitions_.keep_strongest(options.transition_rows);
    labels_.keep_strongest(options.label_rows);
  }
  const Perceptron<kTransitions>& transitions() const { return transitions_; }
  const Perceptron<kLabels>& labels() const { return labels_; }

 private:
  /// The dynamic oracle: any transition of least cost is right. Follows the guess, right or wrong,
  /// nine times of ten when exploring.
  Transition train_transition(const Example& example, const TaggedWords& sentence, bool explore) {
    const TransitionFeatures features = transition_features(state_, sentence);
    auto scores = transitions_.score(features);
    const auto costs = oracle_costs(state_, example.heads);
    const Transition guess = best_transition(state_, scores);
    int32_t least = INT32_MAX;
    for (int k = 0; k < kTransitions; ++k) {
      if (state_.allows(static_cast<Transition>(k))) least = std::min(least, costs[k]);
    }
    for (int k = 0; k < kTransitions; ++k) {
      if (costs[k] != least) scores[k] = INT32_MIN;
    }
    const Transition right = best_transition(state_, scores);
    const bool guessed = costs[static_cast<int>(guess)] == least;
    transitions_.update(features, static_cast<int>(right),
                        static_cast<int>(guessed ? right : guess));
    return guessed || (explore && random_.below(10) != 0) ? guess : right;
  }

  Label train_label(const Example& example, const TaggedWords& sentence, int32_t head,
                    int32_t dependent) {
    const LabelFeatures features = label_features(state_, sentence, head, dependent);
    const int guess = best_of(labels_.score(features));
    if (example.heads[dependent] == head) {
      labels_.update(features, static_cast<int>(example.labels[dependent]), guess);
    }
    return static_cast<Label>(guess);
  }

  Random& random_;
  ParserState state_;
  Perceptron<kTransitions> transitions_;
  Perceptron<kLabels> labels_;
};

}  // namespace

SyntaxModel train_syntax_model(const std::vector<TreebankSentence>& sentences,
                               const TrainingOptions& options, const Log& log) {
  if (sentences.empty()) throw InputError("training: there is no sentence");
  if (options.tagger_epochs < 2 || options.parser_epochs < 2 || options.runs < 1 ||
      options.folds < 2) {
    throw UsageError("training: at least two epochs and folds and one run are needed");
  }
  Random random(options.seed);
  std::vector<Example> examples = examples_of(sentences);
  std::vector<uint32_t> order(examples.size());
  std::iota(order.begin(), order.end(), 0);

  TaggerWeights tagger = train_tagger(examples, order, options, random, "tagger", log);
  guess_tags(examples, options, random, log);
  ParserTrainer choosing(random);
  run_epochs(order, options.parser_epochs / 2, random, "parser", log,
             [&](uint32_t i, int epoch) { choosing.train_on(examples[i], epoch > 0); });
  choosing.keep_strongest(options);
  std::vector<Perceptron<kTransitions>> transitions;
  std::vector<Perceptron<kLabels>> labels;
  for (int run = 0; run < options.runs; ++run) {
    ParserTrainer parser = choosing;
    run_epochs(order, options.parser_epochs / 2, random, "parser, run " + std::to_string(run + 1),
               log, [&](uint32_t i, int) { parser.train_on(examples[i], true); });
    transitions.push_back(parser.transitions());
    labels.push_back(parser.labels());
  }
  return {std::move(tagger), Perceptron<kTransitions>::frozen(transitions, options.transition_rows),
          Perceptron<kLabels>::frozen(labels, options.label_rows)};
}

Accuracy accuracy_on(const SyntaxModel& model, const std::vector<TreebankSentence>& sentences) {
  Accuracy sum;
  ParserState state;
  for (const TreebankSentence& gold : sentences) {
    const ParsedCaption parsed = model.parse(gold.words);
    const Example example = example_of(gold, 0);
    parse(model.transitions(), model.labels(), {example.words, example.tags}, state);
    for (size_t i = 0; i < gold.size(); ++i) {
      const bool head = parsed.tree.heads[i] == gold.heads[i];
      ++sum.words;
      sum.tags += parsed.tags[i] == gold.tags[i];
      sum.heads += head;
      sum.labels += head && (parsed.tree.labels[i] == gold.labels[i] || gold.heads[i] == kNoHead);
      sum.gold_tag_heads += state.tree().heads[i] == gold.heads[i];
    }
  }
  return sum;
}

Split split_treebank(std::vector<TreebankSentence> sentences) {
  Split split;
  for (size_t i = 0; i < sentences.size(); ++i) {
    auto& part = i % 10 == 9 ? split.held_out : split.training;
    part.push_back(std::move(sentences[i]));
  }
  return split;
}

}  // namespace storyteller::spice
