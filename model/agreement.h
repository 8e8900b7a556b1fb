#pragma once

#include <string>
#include <string_view>

#include "model/captioner.h"

namespace storyteller {

/// What models must agree in to work together.

/// Whether the features that one makes of a picture are those of the other, to the bit: equal
/// networks, choices, preprocessing, precisions and weights.
bool same_encoder(Captioner& a, Captioner& b);

/// Where two vocabularies differ, to end a message with: "that of WHOSE has 3 words, this one 4
/// (word 2: 'a' and 'b'); train them on the same captions ...".
std::string vocabulary_difference(const Vocabulary& first, std::string_view whose,
                                  const Vocabulary& other);

}  // namespace storyteller
