#include "train/metrics/spice/spice.h"

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "core/system/parallel.h"

namespace storyteller {
namespace {

constexpr std::array<std::string_view, kSpiceCategories> kCategoryNames = {
    "All", "Object", "Relation", "Attribute", "Color", "Cardinality", "Size"};

// The kinds of attributes that the original counts apart, as far as its published output shows them
// (light is a colour and baby a size there, long is none), with other plain words of their kind.
constexpr std::array<std::string_view, 34> kColors = {
    "amber",  "beige",   "black",  "blond",     "blonde", "blue",   "brown",  "crimson", "cyan",
    "dark",   "gold",    "golden", "gray",      "green",  "grey",   "indigo", "khaki",   "light",
    "lime",   "magenta", "maroon", "navy",      "olive",  "orange", "pink",   "purple",  "red",
    "silver", "tan",     "teal",   "turquoise", "violet", "white",  "yellow"};
constexpr std::array<std::string_view, 21> kNumbers = {
    "eight",   "eighteen", "eleven",   "fifteen", "fifty", "five",   "forty",
    "four",    "fourteen", "hundred",  "nine",    "one",   "seven",  "six",
    "sixteen", "ten",      "thirteen", "thirty",  "three", "twelve", "two"};
constexpr std::array<std::string_view, 19> kSizes = {
    "baby",   "big",    "enormous", "giant",   "gigantic", "huge",      "immense",
    "large",  "little", "mammoth",  "massive", "mini",     "miniature", "minute",
    "petite", "small",  "tall",     "tiny",    "vast"};

/// A concept of several words (small/little) is of no kind, as in the original.
template <size_t kSize>
bool holds(const std::array<std::string_view, kSize>& words, const spice::Concept& meaning) {
  return meaning.lemmas.size() == 1 &&
         std::find(words.begin(), words.end(), meaning.lemmas.front()) != words.end();
}

bool is_number(const spice::Concept& meaning) {
  return holds(kNumbers, meaning) ||
         (meaning.lemmas.size() == 1 && !meaning.lemmas.front().empty() &&
          meaning.lemmas.front().find_first_not_of("0123456789") == std::string::npos);
}

/// The categories of a tuple, one bit each.
unsigned categories_of(const spice::TupleGraph& graph, const spice::ConceptTuple& tuple) {
  const auto bit = [](SpiceCategory category) { return 1U << static_cast<unsigned>(category); };
  unsigned all = bit(SpiceCategory::kAll);
  if (tuple.size == 1) return all | bit(SpiceCategory::kObject);
  if (tuple.size == 3) return all | bit(SpiceCategory::kRelation);
  all |= bit(SpiceCategory::kAttribute);
  const spice::Concept& value = graph.concept_at(tuple.parts[1]);
  if (holds(kColors, value)) all |= bit(SpiceCategory::kColor);
  if (is_number(value)) all |= bit(SpiceCategory::kCardinality);
  if (holds(kSizes, value)) all |= bit(SpiceCategory::kSize);
  return all;
}

double quotient(int64_t part, int64_t whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0;
}

}  // namespace

std::string_view name_of(SpiceCategory category) {
  return kCategoryNames[static_cast<size_t>(category)];
}

double SpiceCount::precision() const { return quotient(matched, candidates()); }
double SpiceCount::recall() const { return quotient(matched, references()); }
double SpiceCount::f1() const {
  const double p = precision(), r = recall();
  return p > 0 && r > 0 ? 2 * p * r / (p + r) : 0;
}

std::optional<double> SpiceCounts::f1(SpiceCategory category) const {
  const SpiceCount& count = of(category);
  if (category != SpiceCategory::kAll && count.references() == 0) return std::nullopt;
  return count.f1();
}

SpiceCategoryScores SpiceCounts::f1_by_category() const {
  SpiceCategoryScores out;
  for (size_t k = 0; k < kSpiceCategories; ++k) out[k] = f1(static_cast<SpiceCategory>(k));
  return out;
}

SpiceScores spice_scores(const std::vector<SpiceCounts>& images) {
  if (images.empty()) throw InputError("SPICE cannot be averaged: there is no image");
  SpiceScores scores;
  for (size_t k = 0; k < kSpiceCategories; ++k) {
    double sum = 0;
    size_t count = 0;
    for (const SpiceCounts& image : images) {
      const std::optional<double> f1 = image.f1(static_cast<SpiceCategory>(k));
      if (!f1) continue;
      sum += *f1;
      ++count;
    }
    if (count > 0) scores.categories[k] = sum / static_cast<double>(count);
  }
  scores.f1 = *scores.categories[0];
  return scores;
}

SpiceCounts spice_counts(const spice::TupleGraph& candidate,
                         const spice::ReferenceGraph& references) {
  const spice::TupleMatches matches = match(candidate, references);
  SpiceCounts counts;
  const auto each_category = [&](unsigned bits, auto add) {
    for (size_t k = 0; k < kSpiceCategories; ++k) {
      if ((bits >> k & 1U) != 0) add(counts.categories[k]);
    }
  };
  for (size_t t = 0; t < matches.candidate.size(); ++t) {
    const bool matched = matches.candidate[t] != 0;
    each_category(categories_of(candidate, candidate.tuples()[t]), [&](SpiceCount& count) {
      ++(matched ? count.matched : count.candidate_only);
      if (matched) --count.reference_only;
    });
  }
  for (const spice::ConceptTuple& tuple : references.graph().tuples()) {
    each_category(categories_of(references.graph(), tuple),
                  [](SpiceCount& count) { ++count.reference_only; });
  }
  return counts;
}

SpiceModel::SpiceModel(std::shared_ptr<const WordNet> wordnet,
                       std::shared_ptr<const spice::SyntaxModel> language)
    : thesaurus_(std::move(wordnet)),
      language_(language ? std::move(language) : spice::built_in_syntax_model()) {}

std::vector<spice::Proposition> SpiceModel::propositions(const Tokens& caption) const {
  return spice::propositions(caption, language_->parse(caption), thesaurus_);
}

spice::TupleGraph SpiceModel::graph(const std::vector<Tokens>& captions) const {
  std::vector<spice::Proposition> all;
  for (const Tokens& caption : captions) {
    for (spice::Proposition& p : propositions(caption)) all.push_back(std::move(p));
  }
  return spice::TupleGraph::merge(all, thesaurus_);
}

SpiceReferences::SpiceReferences(const TokenizedReferences& references,
                                 std::shared_ptr<const SpiceModel> model, int threads)
    : model_(std::move(model)), graphs_(references.size()) {
  if (!model_) throw InternalError("SpiceReferences: the model is null");
  if (references.empty()) {
    throw InputError("captions cannot be scored: there is no image with references");
  }
  for (size_t i = 0; i < references.size(); ++i) {
    if (references[i].empty()) {
      throw InputError("captions cannot be scored: image " + std::to_string(i) +
                       " (counted from 0) has no reference; leave it out or add one");
    }
  }
  parallel_for(references.size(), threads,
               [&](size_t i) { graphs_[i] = spice::ReferenceGraph(model_->graph(references[i])); });
}

const spice::ReferenceGraph& SpiceReferences::at(size_t image) const {
  if (image >= graphs_.size()) {
    throw InternalError("SpiceReferences: image " + std::to_string(image) + " of " +
                        std::to_string(graphs_.size()));
  }
  return graphs_[image];
}

SpiceCounts SpiceReferences::score(size_t image, const Tokens& hypothesis) const {
  return score_together(image, {hypothesis});
}

SpiceCounts SpiceReferences::score_together(size_t image,
                                            const std::vector<Tokens>& captions) const {
  return spice_counts(model_->graph(captions), at(image));
}

std::vector<SpiceCounts> SpiceReferences::score_all(const std::vector<Tokens>& hypotheses,
                                                    int threads) const {
  if (hypotheses.size() != images()) {
    throw InputError("captions cannot be scored: " + std::to_string(hypotheses.size()) +
                     " hypotheses for " + std::to_string(images()) +
                     " images; give exactly one for each");
  }
  std::vector<SpiceCounts> counts(images());
  parallel_for(images(), threads, [&](size_t i) { counts[i] = score(i, hypotheses[i]); });
  return counts;
}

}  // namespace storyteller
