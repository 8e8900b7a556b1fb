#pragma once

#include <string>
#include <vector>

#include "model/vocabulary.h"

namespace storyteller {

/// For each word of a vocabulary the id of the word that it is a plural of ("dogs", "buses",
/// "puppies", "men" -> "dog", "bus", "puppy", "man"), or its own where the vocabulary has no such
/// word.
std::vector<int> singular_forms(const Vocabulary& vocabulary);

}  // namespace storyteller
