#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "train/metrics/spice/tag_set.h"

namespace storyteller::spice {

/// A sentence with its tree: parallel vectors, one element a word.
struct TreebankSentence {
  std::vector<std::string> words;
  std::vector<Tag> tags;
  std::vector<int32_t> heads;  ///< index of the head, kNoHead for the root
  std::vector<Label> labels;
  std::vector<bool> joined;  ///< no blank follows the word in the text (SpaceAfter=No)
  size_t size() const { return words.size(); }
};

/// Reads CoNLL-U (universaldependencies.org/format.html): one word a line, ten columns separated by
/// tabs, sentences separated by empty lines, lines of '#' ignored, as are ranges (3-4) and empty
/// nodes (3.1). Every sentence must be a tree with one root.
///
/// `name` stands for the file in messages. Throws InputError naming the line and the cause.
std::vector<TreebankSentence> read_conllu(std::istream& in, const std::string& name);
/// The same from a file; compressed with gzip or not.
std::vector<TreebankSentence> read_conllu(const std::filesystem::path& path);

/// The sentence as a caption would have it: lower case; words that the text joins with a hyphen
/// are one word again, as the Penn Treebank's tokeniser leaves them; without the punctuation that
/// captions lose, or, with `keep_punctuation`, with all but the marks that end the sentence.
/// A mark that has dependents stays.
TreebankSentence as_caption(const TreebankSentence& sentence, bool keep_punctuation);

}  // namespace storyteller::spice
