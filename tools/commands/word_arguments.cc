#include "tools/commands/word_arguments.h"

#include <algorithm>
#include <iostream>
#include <iterator>
#include <sstream>

#include "core/did_you_mean.h"
#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/ascii.h"
#include "core/text/phrase.h"
#include "core/text/shell_word.h"
#include "model/search/filters/filters.h"
#include "model/style_tokens.h"
#include "tools/cli/exit_code.h"
#include "train/text/ptb/tokenizer.h"

namespace storyteller {
namespace {

/// The parts of a text between marks, none of them blank.
std::vector<std::string> parts(const std::string& text, char mark, const std::string& flag) {
  std::vector<std::string> found;
  std::istringstream in(text + mark);
  for (std::string part; std::getline(in, part, mark);) {
    found.emplace_back(trimmed(part, kAsciiBlanks));
    if (found.back().empty()) {
      throw UsageError(flag + " '" + printable(text) + "': a word or a phrase is missing");
    }
  }
  return found;
}

/// What is written behind all flags of a name, at commas.
std::vector<std::string> phrases(const std::vector<std::string>& texts, const std::string& flag) {
  std::vector<std::string> all;
  for (const std::string& text : texts) {
    for (std::string& phrase : parts(text, ',', flag)) all.push_back(std::move(phrase));
  }
  return all;
}

struct Phrase {
  std::vector<int32_t> words;
  std::string unknown;  // the first word that the model does not know
};

Phrase phrase_of(const std::string& text, const Vocabulary& vocabulary) {
  Phrase phrase;
  for (const std::string& word : ptb_tokenize(text)) {
    phrase.words.push_back(vocabulary.id(word));
    const bool known = phrase.words.back() >= Vocabulary::kSpecialTokens && !is_style_token(word);
    if (!known && phrase.unknown.empty()) phrase.unknown = word;
  }
  if (phrase.words.empty()) phrase.unknown = text;  // nothing but punctuation
  return phrase;
}

/// The words that a caption may say.
std::vector<std::string> words_said(const Vocabulary& vocabulary) {
  return {vocabulary.words().begin() + Vocabulary::kSpecialTokens,
          vocabulary.words().end() - std::ssize(style_ids(vocabulary))};
}

bool holds(const std::vector<int32_t>& words, const std::vector<int32_t>& phrase) {
  return std::search(words.begin(), words.end(), phrase.begin(), phrase.end()) != words.end();
}

/// Throws UsageError where every form of what must be said holds something barred.
void refuse_contradictions(const std::vector<Constraint>& must,
                           const std::vector<std::string>& names,
                           const std::vector<std::vector<int32_t>>& barred) {
  for (size_t i = 0; i < must.size(); ++i) {
    const bool barred_all = std::ranges::all_of(must[i].forms, [&](const auto& form) {
      return std::ranges::any_of(barred, [&](const auto& phrase) { return holds(form, phrase); });
    });
    if (barred_all) {
      throw UsageError("--must " + printable(names[i]) + ": --must-not bars it; drop one of them");
    }
  }
}

}  // namespace

void WordArguments::add_options(const Options& command) {
  command.repeated("--must", must_,
                   "word or phrase that every caption must contain; '|' between forms of which one "
                   "will do: 'dog|dogs'; several by commas, or repeat it; up to four");
  command.repeated("--must-not", must_not_,
                   "word or phrase that no caption may contain; several by commas, or repeat it");
}

std::vector<std::string> WordArguments::must() const {
  std::vector<std::string> once;
  for (std::string& text : phrases(must_, "--must")) {
    if (std::ranges::find(once, text) == once.end()) once.push_back(std::move(text));
  }
  return once;
}

std::string WordArguments::flags() const {
  std::vector<std::string> flags;
  for (const std::string& text : must_) flags.push_back("--must " + shell_word(text));
  for (const std::string& text : must_not_) flags.push_back("--must-not " + shell_word(text));
  return joined(flags, " ");
}

SearchDemands WordArguments::demands(const Vocabulary& vocabulary) const {
  SearchDemands demands;
  for (const std::string& text : must()) {
    Constraint& constraint = demands.must.emplace_back();
    for (const std::string& form : parts(text, '|', "--must")) {
      Phrase phrase = phrase_of(form, vocabulary);
      if (!phrase.unknown.empty()) {
        throw UsageError("--must " + printable(form) + ": the model does not know the word '" +
                         printable(phrase.unknown) + "'" +
                         did_you_mean(phrase.unknown, words_said(vocabulary)));
      }
      constraint.forms.push_back(std::move(phrase.words));
    }
  }
  std::vector<std::vector<int32_t>> barred;
  for (const std::string& text : phrases(must_not_, "--must-not")) {
    Phrase phrase = phrase_of(text, vocabulary);
    if (phrase.unknown.empty()) {
      barred.push_back(std::move(phrase.words));
    } else {
      report_warning("--must-not " + printable(text) + ": the model does not know it", std::cerr);
    }
  }
  refuse_contradictions(demands.must, must(), barred);
  if (!barred.empty()) demands.filters = {bar_phrases(std::move(barred))};
  return demands;
}

std::vector<std::string> MissingWords::look(const Caption& caption, const std::string& picture) {
  ++looked_at_;
  std::vector<std::string> names;
  for (const size_t place : unmet(must_, caption.words)) {
    Missing& missing = missing_[place];
    if (missing.captions++ == 0) missing.first = picture;
    names.push_back(names_[place]);
  }
  return names;
}

std::vector<std::string> MissingWords::notes() const {
  std::vector<std::string> notes;
  for (size_t i = 0; i < missing_.size(); ++i) {
    const Missing& missing = missing_[i];
    if (missing.captions == 0) continue;
    notes.push_back("--must " + printable(names_[i]) + ": " +
                    (looked_at_ == 1
                         ? "the caption does not say it"
                         : std::to_string(missing.captions) + " of " + std::to_string(looked_at_) +
                               " captions do not say it, that of " + printable_path(missing.first) +
                               " first") +
                    "; --max-words is too small for all that must be said, or another option bars "
                    "it");
  }
  return notes;
}

}  // namespace storyteller
