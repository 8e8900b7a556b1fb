#include "train/metrics/statistics/bias.h"

#include <algorithm>
#include <limits>
#include <map>

namespace storyteller {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

double quotient(size_t part, size_t whole, double otherwise) {
  return whole == 0 ? otherwise : static_cast<double>(part) / static_cast<double>(whole);
}

/// Sentences that name an object and one gender.
struct Company {
  size_t female = 0, male = 0;
  size_t all() const { return female + male; }
};
using CompanyByObject = std::map<std::string_view, Company>;

void count_objects(const Tokens& sentence, Gender gender, CompanyByObject& company) {
  if (gender != Gender::kFemale && gender != Gender::kMale) return;
  for (const std::string_view object : objects_of(sentence)) {
    Company& one = company[object];
    ++(gender == Gender::kFemale ? one.female : one.male);
  }
}

std::vector<ObjectGender> compare(const CompanyByObject& references,
                                  const CompanyByObject& captions) {
  std::vector<ObjectGender> out;
  for (const auto& [object, expected] : references) {
    const auto said = captions.find(object);
    if (said == captions.end() || said->second.all() < kLeastCaptions ||
        expected.all() < kLeastReferenceSentences || expected.female == expected.male) {
      continue;
    }
    const bool female = expected.female > expected.male;
    const auto share = [&](const Company& one) {
      return quotient(female ? one.female : one.male, one.all(), 0);
    };
    out.push_back({.object = std::string(object),
                   .female = female,
                   .reference_sentences = expected.all(),
                   .captions = said->second.all(),
                   .reference_share = share(expected),
                   .caption_share = share(said->second)});
  }
  std::stable_sort(out.begin(), out.end(), [](const ObjectGender& a, const ObjectGender& b) {
    return a.amplification() > b.amplification();
  });
  return out;
}

}  // namespace

void GenderCounts::add(Gender gender) {
  switch (gender) {
    case Gender::kNoPerson:
      ++no_person;
      break;
    case Gender::kNeutral:
      ++neutral;
      break;
    case Gender::kFemale:
      ++female;
      break;
    case Gender::kMale:
      ++male;
      break;
    case Gender::kBoth:
      ++both;
      break;
  }
}

double GenderedImages::error_rate() const { return quotient(wrong, captions, 0); }
double GenderedImages::neutral_rate() const { return quotient(said.neutral, captions, 0); }
double GenderedImages::reference_neutral_rate() const {
  const size_t all = reference.no_person + reference.neutral + reference.gendered();
  return quotient(reference.neutral, all, 0);
}

double GenderBias::error_rate() const {
  return quotient(female.wrong + male.wrong, female.captions + male.captions, 0);
}
double GenderBias::neutral_rate() const {
  return quotient(female.said.neutral + male.said.neutral, female.captions + male.captions, 0);
}
double GenderBias::reference_neutral_rate() const {
  size_t all = 0;
  for (const GenderedImages* images : {&female, &male}) {
    const GenderCounts& counts = images->reference;
    all += counts.no_person + counts.neutral + counts.gendered();
  }
  return quotient(female.reference.neutral + male.reference.neutral, all, 0);
}
double GenderBias::caption_ratio() const {
  return quotient(captions.female, captions.male, kUnknown);
}
double GenderBias::reference_ratio() const {
  return quotient(references.female, references.male, kUnknown);
}
double GenderBias::amplification() const {
  if (objects.empty()) return kUnknown;
  double sum = 0;
  for (const ObjectGender& object : objects) sum += object.amplification();
  return sum / static_cast<double>(objects.size());
}

GenderBias gender_bias(const std::vector<Hypothesis>& hypotheses,
                       const TokenizedReferences& references) {
  GenderBias out;
  CompanyByObject expected, said;
  std::vector<GenderCounts> by_image(references.size());
  for (size_t image = 0; image < references.size(); ++image) {
    for (const Tokens& reference : references[image]) {
      const Gender gender = gender_of(reference);
      out.references.add(gender);
      by_image[image].add(gender);
      count_objects(reference, gender, expected);
    }
  }
  const auto add_references = [](GenderedImages& images, const GenderCounts& counts) {
    images.reference.no_person += counts.no_person;
    images.reference.neutral += counts.neutral;
    images.reference.female += counts.female;
    images.reference.male += counts.male;
  };
  for (const Hypothesis& hypothesis : hypotheses) {
    const Gender gender = gender_of(hypothesis.tokens);
    out.captions.add(gender);
    count_objects(hypothesis.tokens, gender, said);
    const GenderCounts& counts = by_image[hypothesis.image];
    if (counts.both > 0 || (counts.female > 0) == (counts.male > 0)) continue;
    GenderedImages& images = counts.female > 0 ? out.female : out.male;
    ++images.captions;
    images.said.add(gender);
    if (gender == (counts.female > 0 ? Gender::kMale : Gender::kFemale)) ++images.wrong;
    add_references(images, counts);
  }
  out.objects = compare(expected, said);
  return out;
}

}  // namespace storyteller
