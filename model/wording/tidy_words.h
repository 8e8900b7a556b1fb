#pragma once

#include <string>
#include <vector>

namespace storyteller {

/// A caption, in words of lower case, without what a captioner adds to it by mistake: <unk>, an
/// opening such as "a black and white photo of", words that are said twice behind each other ("in
/// the air in the air"), and an end that begins something ("a dog with a"). May leave nothing.
std::vector<std::string> tidy_words(std::vector<std::string> words);

/// A caption without what a picture is no ground to say of people: ethnicity, religion, health,
/// mood, or an age beyond child and adult: "an old asian man" becomes "a man", "a toddler" "a
/// child". Animals and things keep theirs.
std::vector<std::string> without_judgements(std::vector<std::string> words);

}  // namespace storyteller
