#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "model/search/hypothesis.h"
#include "model/vocabulary.h"

namespace storyteller {

/// Never says <pad>, <start> or <unk>, and says <end> not first: no caption is empty.
std::unique_ptr<LogitFilter> special_tokens();

/// Bars words that would end an n-gram which the sentence holds already; n >= 1.
std::unique_ptr<LogitFilter> no_repeat_ngram(int n);

/// No sentence ends before its n-th word.
std::unique_ptr<LogitFilter> min_words(int n);

/// No word comes twice but the function words of core/text/english_words.h.
std::unique_ptr<LogitFilter> content_once(const Vocabulary& vocabulary);

/// No sentence ends behind a word that begins something: is_bad_ending.
std::unique_ptr<LogitFilter> bar_bad_endings(const Vocabulary& vocabulary);

/// Bars words and phrases, each a list of one id or more.
std::unique_ptr<LogitFilter> bar_phrases(std::vector<std::vector<int32_t>> phrases);

}  // namespace storyteller
