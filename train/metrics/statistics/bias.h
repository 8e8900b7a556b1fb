#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "train/metrics/caption_scorer.h"

namespace storyteller {

/// What a caption says about the gender of the people in it.
enum class Gender { kNoPerson, kNeutral, kFemale, kMale, kBoth };

/// By word lists (gender_words.cc): "a woman and her dog" is kFemale, "a person" kNeutral, "a man
/// and a woman" kBoth. A gendered word beside a neutral one decides.
Gender gender_of(const Tokens& caption);

/// Objects that a caption names, each once, by the 80 categories of COCO and their common synonyms
/// (object_words.cc): "two bikes near the traffic light" is bicycle, traffic light.
std::vector<std::string_view> objects_of(const Tokens& caption);

/// Sentences by gender.
struct GenderCounts {
  size_t no_person = 0, neutral = 0, female = 0, male = 0, both = 0;
  void add(Gender gender);
  size_t gendered() const { return female + male; }
};

/// How captions treat the images of one gender: those where at least one reference says so and none
/// says otherwise.
struct GenderedImages {
  size_t captions = 0;          ///< about such images
  GenderCounts said;            ///< in those captions
  GenderCounts reference;       ///< in the references of the same images
  size_t wrong = 0;             ///< captions that name the other gender alone
  double error_rate() const;    ///< wrong, over all of them
  double neutral_rate() const;  ///< neutral, over all of them
  double reference_neutral_rate() const;
};

/// One object that keeps company with one gender in the references.
struct ObjectGender {
  std::string object;
  bool female = false;  ///< the gender of the majority of its gendered reference sentences
  size_t reference_sentences = 0, captions = 0;  ///< that name it and one gender
  double reference_share = 0;                    ///< of them with that gender, > 1/2
  double caption_share = 0;
  double amplification() const { return caption_share - reference_share; }
};

/// Gender in captions against the references (Hendricks et al. 2018; Zhao et al. 2017). Words, not
/// people: the lists know two genders and only what captions say.
struct GenderBias {
  GenderCounts captions, references;  ///< all sentences
  GenderedImages female, male;
  std::vector<ObjectGender> objects;  ///< by descending amplification

  /// Wrong captions over those about images of one gender, both genders together. A captioner that
  /// always says "person" makes no error: read it beside neutral_rate.
  double error_rate() const;
  double neutral_rate() const;
  double reference_neutral_rate() const;
  /// Sentences of women for each of men; NaN where there is none of men.
  double caption_ratio() const;
  double reference_ratio() const;
  /// Mean over `objects`: how much more often than in the references they are with the gender that
  /// they are with most. NaN where there are no objects to tell by.
  double amplification() const;
};

/// An object counts from this many gendered sentences on.
inline constexpr size_t kLeastReferenceSentences = 10;
inline constexpr size_t kLeastCaptions = 5;

/// @param hypotheses about images of `references`.
GenderBias gender_bias(const std::vector<Hypothesis>& hypotheses,
                       const TokenizedReferences& references);

}  // namespace storyteller
