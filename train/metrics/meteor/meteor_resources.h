#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "train/metrics/meteor/function_words.h"
#include "train/metrics/meteor/paraphrase_table.h"
#include "train/metrics/wordnet/synonym_sets.h"

namespace storyteller {

/// What METEOR knows of English: synonyms, function words and, where the user has the table,
/// paraphrases. Immutable and thread-safe; share one among all references.
class MeteorResources {
 public:
  /// METEOR's own data folder: english.synsets, english.exceptions, english.function.words and, if
  /// it is there, paraphrase-en.gz; with these, scores are METEOR 1.5's. `paraphrases`: a table
  /// from elsewhere, empty for none. Throws InputError that names file, line, cause and fix.
  static MeteorResources open(const std::filesystem::path& folder,
                              const std::filesystem::path& paraphrases = {});
  /// Synonyms from the WordNet files in `folder`, the project's own function words unless
  /// `function_words` names METEOR's list, paraphrases as above.
  static MeteorResources from_wordnet(
      const std::filesystem::path& folder = default_wordnet_folder(),
      const std::filesystem::path& paraphrases = {},
      const std::filesystem::path& function_words = {});

  /// What to call the scores: "METEOR", or "METEOR(no-para)" without a table of paraphrases.
  std::string name() const { return paraphrases_ ? "METEOR" : "METEOR(no-para)"; }
  /// The name and what is used, in one line for a report, such as "METEOR(no-para) with METEOR's
  /// synonym sets and function words".
  const std::string& description() const { return description_; }

  bool is_function_word(std::string_view word) const { return function_words_.contains(word); }
  const SynonymSets& synonyms() const { return synonyms_; }
  /// Null without a table.
  const meteor_parts::ParaphraseTable* paraphrases() const {
    return paraphrases_ ? &*paraphrases_ : nullptr;
  }

 private:
  MeteorResources(SynonymSets synonyms, meteor_parts::FunctionWords function_words,
                  const std::filesystem::path& paraphrases, const std::string& used);

  SynonymSets synonyms_;
  meteor_parts::FunctionWords function_words_;
  std::optional<meteor_parts::ParaphraseTable> paraphrases_;
  std::string description_;
};

}  // namespace storyteller
