#include "tools/commands/choice_arguments.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "core/error.h"
#include "core/text/shell_word.h"
#include "train/metrics/plausibility/plausibility.h"

namespace storyteller {
namespace {

/// Names of judgements, as `caption --json` has them.
constexpr std::string_view kAgreement = "agreement", kPlausibility = "plausibility";

/// What a nat of plausibility counts beside the score, a mean log-probability: chosen on Flickr8k's
/// dev pictures (docs/metrics/plausibility.md).
constexpr double kUsualWeight = 0.02;

/// The fewest digits that tell the number from others.
std::string shortest(double number) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.begin(), digits.end(), number).ptr;
  return {digits.data(), static_cast<size_t>(end - digits.data())};
}

}  // namespace

void ChoiceArguments::add_options(const Options& command) {
  const Options group = command.group("Choice among the captions found");
  group.choice(
      "--choose", {"score", "mbr", "plausible"}, "score",
      [this](const std::string& name) {
        by_ = name == "mbr" ? By::kConsensus : name == "plausible" ? By::kPlausibility : By::kScore;
      },
      "score: the most probable; mbr: the most like all others (minimum Bayes risk), among " +
          std::to_string(kUsualSamples) +
          " sampled at temperature 0.5 unless --sample, --beam or --diverse is given; plausible: "
          "what is probable and what people say of such things, among --beam " +
          std::to_string(kUsualBeam));
  group.choice(
      "--similarity", {"cider", "spice"}, "cider",
      [this](const std::string& name) {
        similarity_ = name == "spice" ? Similarity::kSpice : Similarity::kCider;
      },
      "--choose mbr: similarity of captions, CIDEr-D or SPICE-native");
  group.text("--frequencies", frequencies_,
             "--choose mbr: CIDEr's document frequencies, as score --save-frequencies writes "
             "them; by default all n-grams weigh alike");
  group.text("--statements", statements_,
             "--choose plausible: what people say, as score --save-statements writes it");
  group.number("--plausibility", weight_,
               "--choose plausible: weight of a nat of plausibility beside the score [" +
                   shortest(kUsualWeight) + "]",
               {0, 100});
}

void ChoiceArguments::add_to(InputFiles& inputs) const {
  inputs.add(frequencies_.string(), "the file of frequencies");
  inputs.add(statements_.string(), "the file of statements");
}

std::string ChoiceArguments::flags() const {
  if (by_ == By::kScore) return "";
  if (by_ == By::kPlausibility) {
    return "--choose plausible --statements " + shell_word(statements_.string()) +
           " --plausibility " + shortest(weight_.value_or(kUsualWeight));
  }
  const bool spice = similarity_ == Similarity::kSpice;
  std::string flags = std::string("--choose mbr --similarity ") + (spice ? "spice" : "cider");
  if (!frequencies_.empty()) flags += " --frequencies " + shell_word(frequencies_.string());
  return flags;
}

Choice ChoiceArguments::choice() const {
  const auto require = [](bool given, const char* option, const char* by) {
    if (given) throw UsageError(std::string(option) + " does nothing without --choose " + by);
  };
  if (by_ != By::kConsensus) {
    require(similarity_.has_value(), "--similarity", "mbr");
    require(!frequencies_.empty(), "--frequencies", "mbr");
  }
  if (by_ != By::kPlausibility) {
    require(!statements_.empty(), "--statements", "plausible");
    require(weight_.has_value(), "--plausibility", "plausible");
  }
  if (by_ == By::kScore) return {};
  return by_ == By::kConsensus ? by_consensus() : by_plausibility();
}

Choice ChoiceArguments::by_consensus() const {
  const Similarity similarity = similarity_.value_or(Similarity::kCider);
  if (similarity == Similarity::kSpice && !frequencies_.empty()) {
    throw UsageError("--frequencies does nothing with --similarity spice");
  }
  std::shared_ptr<const DocumentFrequencies> frequencies;
  if (!frequencies_.empty()) {
    frequencies =
        std::make_shared<const DocumentFrequencies>(DocumentFrequencies::load(frequencies_));
  }
  const auto consensus = std::make_shared<const Consensus>(similarity, std::move(frequencies));
  return {.name = kAgreement, .judge = [consensus](const auto& candidates) {
            return consensus->agreement(candidates);
          }};
}

Choice ChoiceArguments::by_plausibility() const {
  if (statements_.empty()) {
    throw UsageError(
        "--choose plausible needs to know what people say: write it with 'storyteller score "
        "--references CAPTIONS --save-statements FILE' and give it as --statements FILE");
  }
  const auto plausibility = std::make_shared<const Plausibility>(
      std::make_shared<const StatementCounts>(StatementCounts::load(statements_)));
  return {
      .name = kPlausibility,
      .judge = [plausibility](const auto& candidates) { return plausibility->of_all(candidates); },
      .weight = weight_.value_or(kUsualWeight),
      .score_weight = 1};
}

Captioning captioning_of(Ensemble& models, const SearchArguments& search,
                         const WordArguments& words, Choice choice) {
  SearchDemands demands = words.demands(models.vocabulary());
  // What must be said is searched for.
  const bool draws = choice.name == kAgreement && demands.must.empty();
  SearchOptions recommended = models.search();
  if (choice.name == kPlausibility) recommended.beam = ChoiceArguments::kUsualBeam;
  if (!demands.must.empty()) {
    recommended.sample = 0;
    recommended.diverse = 1;
  }
  const SearchOptions options =
      search.over(recommended, draws ? ChoiceArguments::kUsualSamples : 0);
  if (!demands.must.empty() && (options.sample > 0 || options.diverse > 1)) {
    throw UsageError("--must needs a plain beam search; leave " +
                     std::string(options.sample > 0 ? "--sample" : "--diverse") +
                     " out, or --must");
  }
  if (uses_concepts(options) && std::ranges::none_of(models.members(), [](const auto& model) {
        return model->concepts() != nullptr;
      })) {
    throw UsageError(
        std::string(options.concept_bonus > 0 ? "--concept-bonus" : "--concept-doubt") +
        ": the model has no concepts that could be detected; leave it out, or name "
        "a model that was trained with --set concepts=K");
  }
  if (choice && options.sample < 2 && (options.sample == 1 || options.beam * options.diverse < 2)) {
    throw UsageError(std::string("--choose ") + (choice.name == kAgreement ? "mbr" : "plausible") +
                     " chooses among at least two captions; raise --beam, --diverse or --sample");
  }
  return {.models = models,
          .search = options,
          .demands = std::move(demands),
          .choice = std::move(choice)};
}

}  // namespace storyteller
