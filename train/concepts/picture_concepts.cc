#include "train/concepts/picture_concepts.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/random_stream.h"

namespace storyteller {
namespace {

constexpr uint64_t kConceptSite = 0x636F6E63657074;  // "concept": of philox_key

}  // namespace

PictureConcepts::PictureConcepts(const CaptionCorpus& corpus, const Vocabulary& vocabulary,
                                 const ConceptTable& table, const ConceptNoise& noise,
                                 int64_t inputs)
    : noise_(noise), inputs_(static_cast<size_t>(inputs)), total_(table.size()) {
  const std::vector<int> of_word = concepts_of_words(table, vocabulary);
  begin_.push_back(0);
  for (size_t image = 0; image < corpus.images(); ++image) {
    std::map<int32_t, int> captions;  // that name it
    for (const Tokens& tokens : corpus.of_image(image)) {
      std::vector<int32_t> of_caption;
      for (const std::string& token : tokens) {
        const int number = of_word[static_cast<size_t>(vocabulary.id(token))];
        if (number >= 0) of_caption.push_back(number);
      }
      std::ranges::sort(of_caption);
      const auto repeated = std::unique(of_caption.begin(), of_caption.end());
      of_caption.erase(repeated, of_caption.end());
      for (const int32_t number : of_caption) ++captions[number];
    }
    for (const auto& [number, count] : captions) {
      numbers_.push_back(number);
      ++total_[static_cast<size_t>(number)];
    }
    std::stable_sort(numbers_.begin() + static_cast<std::ptrdiff_t>(begin_.back()), numbers_.end(),
                     [&](int32_t a, int32_t b) { return captions[a] > captions[b]; });
    begin_.push_back(numbers_.size());
  }
  for (size_t k = 1; k < total_.size(); ++k) total_[k] += total_[k - 1];
}

std::vector<SeenConcept> PictureConcepts::shown(size_t image, uint64_t seed, uint64_t step) const {
  RandomStream random(philox_key(seed, step, kConceptSite), image);
  const auto true_ones = named(image);
  std::vector<int32_t> numbers;
  for (const int32_t number : true_ones) {
    if (!random.chance(static_cast<float>(noise_.drop))) numbers.push_back(number);
  }
  const auto added =
      std::min(inputs_, static_cast<size_t>(noise_.added + static_cast<double>(random.uniform())));
  numbers.resize(std::min(numbers.size(), inputs_ - added));
  for (size_t n = 0; n < added && !total_.empty(); ++n) {
    const auto rank = random.uniform() * static_cast<float>(total_.back());
    const auto found = std::ranges::upper_bound(total_, static_cast<uint64_t>(rank));
    if (found == total_.end()) continue;
    const auto number = static_cast<int32_t>(found - total_.begin());
    const auto is = [&](const auto& some) { return std::ranges::find(some, number) != some.end(); };
    if (!is(true_ones) && !is(numbers)) numbers.push_back(number);
  }
  std::vector<SeenConcept> seen;
  seen.reserve(numbers.size());
  for (const int32_t number : numbers) seen.push_back({.number = number, .p = 1});
  return seen;
}

}  // namespace storyteller
