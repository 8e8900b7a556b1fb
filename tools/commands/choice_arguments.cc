#include "tools/commands/choice_arguments.h"

#include "core/error.h"
#include "core/text/shell_word.h"

namespace storyteller {

void ChoiceArguments::add_options(const Options& command) {
  const Options group = command.group("Choice among the captions found");
  group.choice(
      "--choose", {"score", "mbr"}, "score",
      [this](const std::string& name) { by_consensus_ = name == "mbr"; },
      "score: the most probable; mbr: the most like all others (minimum Bayes risk), among " +
          std::to_string(kUsualSamples) +
          " sampled at temperature 0.5 unless --sample, --beam or --diverse is given");
  group.choice(
      "--similarity", {"cider", "spice"}, "cider",
      [this](const std::string& name) {
        similarity_ = name == "spice" ? Similarity::kSpice : Similarity::kCider;
      },
      "--choose mbr: similarity of captions, CIDEr-D or SPICE-native");
  group.text("--frequencies", frequencies_,
             "--choose mbr: CIDEr's document frequencies, as score --save-frequencies writes "
             "them; by default all n-grams weigh alike");
}

void ChoiceArguments::add_to(InputFiles& inputs) const {
  inputs.add(frequencies_.string(), "the file of frequencies");
}

std::string ChoiceArguments::flags() const {
  if (!by_consensus_) return "";
  const bool spice = similarity_ == Similarity::kSpice;
  std::string flags = std::string("--choose mbr --similarity ") + (spice ? "spice" : "cider");
  if (!frequencies_.empty()) flags += " --frequencies " + shell_word(frequencies_.string());
  return flags;
}

std::shared_ptr<const Consensus> ChoiceArguments::consensus() const {
  if (!by_consensus_) {
    if (similarity_) throw UsageError("--similarity does nothing without --choose mbr");
    if (!frequencies_.empty()) {
      throw UsageError("--frequencies does nothing without --choose mbr");
    }
    return nullptr;
  }
  const Similarity similarity = similarity_.value_or(Similarity::kCider);
  if (similarity == Similarity::kSpice && !frequencies_.empty()) {
    throw UsageError("--frequencies does nothing with --similarity spice");
  }
  std::shared_ptr<const DocumentFrequencies> frequencies;
  if (!frequencies_.empty()) {
    frequencies =
        std::make_shared<const DocumentFrequencies>(DocumentFrequencies::load(frequencies_));
  }
  return std::make_shared<const Consensus>(similarity, std::move(frequencies));
}

Captioning captioning_of(Ensemble& models, const SearchArguments& search,
                         const WordArguments& words, std::shared_ptr<const Consensus> consensus) {
  SearchDemands demands = words.demands(models.vocabulary());
  // What must be said is searched for.
  const bool draws = consensus != nullptr && demands.must.empty();
  SearchOptions recommended = models.search();
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
  if (consensus != nullptr && options.sample < 2 &&
      (options.sample == 1 || options.beam * options.diverse < 2)) {
    throw UsageError(
        "--choose mbr chooses among at least two captions; raise --beam, --diverse or --sample");
  }
  Captioning captioning{.models = models, .search = options, .demands = std::move(demands)};
  if (consensus != nullptr) {
    captioning.agreement = [consensus = std::move(consensus)](const auto& candidates) {
      return consensus->agreement(candidates);
    };
  }
  return captioning;
}

}  // namespace storyteller
