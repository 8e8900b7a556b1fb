#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "model/confidence/assessment.h"

namespace storyteller {

/// How a sentence shows that it may be wrong.
enum class Hedge : std::uint8_t {
  kFull,   ///< in words: "Could be: a dog runs.", "Not sure: perhaps a dog runs."
  kShort,  ///< by its mark: "A dog runs?", "A dog runs??"
  kNone,
};

/// Whether words that name somebody's gender stay.
enum class GenderWords : std::uint8_t {
  kKeep,
  kNeutral,
  kSureOnly,  ///< where the grade is kSure
};

/// What options and requests call them.
inline constexpr std::array<std::pair<const char*, Hedge>, 3> kHedges = {
    {{"full", Hedge::kFull}, {"short", Hedge::kShort}, {"none", Hedge::kNone}}};
inline constexpr std::array<std::pair<const char*, GenderWords>, 3> kGenders = {
    {{"keep", GenderWords::kKeep},
     {"neutral", GenderWords::kNeutral},
     {"sure-only", GenderWords::kSureOnly}}};

/// How captions are worded for people.
struct PeopleWording {
  Hedge hedge = Hedge::kFull;
  GenderWords gender = GenderWords::kSureOnly;
  bool anyway = false;  ///< a sentence about what does not look like a photograph, too
};

/// Whether gendered words of a caption of that grade are replaced.
bool is_neutral(GenderWords gender, Grade grade);

/// A caption, in words as the model says them, worded for people: a sentence with capital and full
/// stop, hedged by its grade; or that the picture is no photograph. Never empty.
std::string people_text(std::vector<std::string> words, const Assessment& assessment,
                        const PeopleWording& wording = {});

}  // namespace storyteller
