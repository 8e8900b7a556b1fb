#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "train/metrics/wordnet/sorted_lexicon.h"

namespace storyteller {

enum class PartOfSpeech : uint8_t { kNoun, kVerb, kAdjective, kAdverb };
inline constexpr std::array<PartOfSpeech, 4> kPartsOfSpeech = {
    PartOfSpeech::kNoun, PartOfSpeech::kVerb, PartOfSpeech::kAdjective, PartOfSpeech::kAdverb};

/// What a user can do where a file of WordNet is missing or broken; it ends every such message.
inline constexpr const char* kWordNetFix =
    "install Debian's wordnet-base, or set STORYTELLER_WORDNET to a folder of WordNet 3.0's dict "
    "files";

/// The synonym sets of WordNet 3.0 (Miller 1995; file formats: wndb(5WN), morphology: morphy(7WN)),
/// from a folder of its dict files: index.POS and POS.exc, POS one of noun, verb, adj, adv. The
/// data.POS files are those of WordNetRelations: two words are synonyms where they share the
/// offset of a synset in one part of speech. Words are looked up in the text of the files, which
/// are sorted. Immutable and thread-safe; 6 MB.
class WordNet {
 public:
  /// Throws InputError that names the file, the line, the cause and the fix: of a file that is not
  /// there, was cut off or is not sorted. What else is wrong with a line of index.POS, they say who
  /// look it up: synsets() and base_forms() throw such InputErrors, too.
  static WordNet open(const std::filesystem::path& folder);
  /// The same, read once as long as somebody holds it. Thread-safe.
  static std::shared_ptr<const WordNet> shared(const std::filesystem::path& folder);

  /// Offsets (unique within the part of speech) of all synsets of a lemma, most frequent sense
  /// first; empty where it is none. Lower case; '_' or ' ' between the words of a collocation.
  std::vector<uint32_t> synsets(std::string_view lemma, PartOfSpeech pos) const;

  /// The lemmas of which `word` is a form: the word itself if it is a lemma, then those of the
  /// exception list, or, where that has none, of the detachment rules (dogs -> dog). Every one of
  /// them has synsets. Empty where there is none.
  std::vector<std::string> base_forms(std::string_view word, PartOfSpeech pos) const;

  /// Lemmas that the exception list has for an irregular form (feet -> foot), whether or not they
  /// have synsets; empty where the form is not listed.
  std::vector<std::string> exceptions(std::string_view form, PartOfSpeech pos) const;

  /// Lemmas of one part of speech.
  size_t lemmas(PartOfSpeech pos) const { return lexicon(pos).synsets.size(); }

 private:
  struct Lexicon {
    SortedLexicon synsets;     // index.POS
    SortedLexicon exceptions;  // POS.exc
  };
  explicit WordNet(std::vector<Lexicon> lexicons) : lexicons_(std::move(lexicons)) {}
  const Lexicon& lexicon(PartOfSpeech pos) const { return lexicons_[static_cast<size_t>(pos)]; }
  void add_single_word_bases(std::string_view word, PartOfSpeech pos,
                             std::vector<std::string>& bases) const;
  std::string collocation_base(std::string_view word, PartOfSpeech pos) const;

  std::vector<Lexicon> lexicons_;  // [part of speech]
};

/// Where WordNet is looked for: environment STORYTELLER_WORDNET, else Debian's /usr/share/wordnet
/// (package wordnet-base). The folder may be absent.
std::filesystem::path default_wordnet_folder();

}  // namespace storyteller
