#include "train/metrics/meteor/meteor_resources.h"

#include <utility>

#include "core/error.h"
#include "core/system/printable.h"

namespace storyteller {

MeteorResources::MeteorResources(SynonymSets synonyms, meteor_parts::FunctionWords function_words,
                                 const std::filesystem::path& paraphrases, const std::string& used)
    : synonyms_(std::move(synonyms)), function_words_(std::move(function_words)) {
  if (!paraphrases.empty()) paraphrases_ = meteor_parts::ParaphraseTable::open(paraphrases);
  description_ = name() + " with " + used;
  if (paraphrases_) {
    description_ += ", " + std::to_string(paraphrases_->pairs()) + " paraphrases";
  }
}

MeteorResources MeteorResources::open(const std::filesystem::path& folder,
                                      const std::filesystem::path& paraphrases) {
  if (!std::filesystem::is_directory(folder)) {
    throw InputError(printable(folder.string(), 400) +
                     ": no such folder; give the data folder of METEOR 1.5, or leave it out to use "
                     "WordNet");
  }
  std::filesystem::path table = paraphrases;
  if (table.empty() && std::filesystem::exists(folder / "paraphrase-en.gz")) {
    table = folder / "paraphrase-en.gz";
  }
  return {SynonymSets::from_meteor(folder),
          meteor_parts::read_function_words(folder / "english.function.words"), table,
          "METEOR's synonym sets and function words"};
}

MeteorResources MeteorResources::from_wordnet(const std::filesystem::path& folder,
                                              const std::filesystem::path& paraphrases,
                                              const std::filesystem::path& function_words) {
  const bool own = function_words.empty();
  return {SynonymSets::from_wordnet(WordNet::shared(folder)),
          own ? meteor_parts::default_function_words()
              : meteor_parts::read_function_words(function_words),
          paraphrases,
          "WordNet's synonym sets (" + printable(folder.string(), 400) + ") and " +
              (own ? "the built-in function words" : "METEOR's function words")};
}

}  // namespace storyteller
