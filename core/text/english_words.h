#pragma once

#include <string_view>

namespace storyteller {

/// Words in lower case, as tokenisers of captions write them.

/// Whether a word serves grammar rather than naming something: articles, prepositions, pronouns,
/// auxiliary verbs, conjunctions, particles. A sentence may need it twice.
bool is_function_word(std::string_view word);

/// Whether no complete sentence ends in this word: articles, possessives, most prepositions,
/// conjunctions, forms of "be". Captioners that learn from rewards are prone to "a dog with a".
bool is_bad_ending(std::string_view word);

}  // namespace storyteller
