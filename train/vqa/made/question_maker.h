#pragma once

#include <cstdint>
#include <vector>

#include "train/data/dataset.h"
#include "train/data/picture_question.h"

namespace storyteller {

/// Questions about the pictures of a data set, made of its captions by rules:
///   yes/no   "Is there a dog?": yes where two captions name it; no about another picture with a
///            thing of the same kind, of which no caption names what could be one. Each word is
///            asked for as often with yes as with no, so that it tells nothing.
///   object   "What is on the rock?", "Who is on the rock?": of one caption, where no other
///            contradicts
///   colour   "What color is the ball?"    count   "How many dogs are there?"
///   action   "What is the dog doing?": each where two captions agree and none says otherwise
/// The rule stands in place of the question's type, beside the caption that it was made of. A
/// function of the captions and the seed alone. [picture]; a picture may have none. Throws
/// InputError where WordNet is missing.
std::vector<std::vector<PictureQuestion>> make_questions(const Dataset& dataset, uint64_t seed);

}  // namespace storyteller
