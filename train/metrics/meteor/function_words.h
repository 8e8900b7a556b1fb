#pragma once

#include <filesystem>
#include <string>
#include <unordered_set>

#include "core/text/string_hash.h"

namespace storyteller::meteor_parts {

/// Words that carry little meaning and therefore weigh 1 - delta.
using FunctionWords = std::unordered_set<std::string, StringHash, std::equal_to<>>;

/// One word a line, as METEOR's english.function.words. Throws InputError.
FunctionWords read_function_words(const std::filesystem::path& file);

/// The project's own list, for use without METEOR's file. Denkowski and Lavie (2011) take the words
/// whose relative frequency in large corpora is above 1/1000. Here the corpus is the training part
/// of the English Web Treebank. It is small (230,000 words), so that words count up to two standard
/// errors below 1/1000, and it has topics of its own ("service", "thanks"), so that only those stay
/// that belong to a closed class or are punctuation in at least a quarter of their uses.
const FunctionWords& default_function_words();

}  // namespace storyteller::meteor_parts
