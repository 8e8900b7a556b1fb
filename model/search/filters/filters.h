#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "model/search/hypothesis.h"
#include "model/vocabulary.h"

namespace storyteller {

// Filters that no option switches on; makers of the others are in model/search/search_options.h.

/// Never says <pad>, <start>, <unk> or the token of a style that the vocabulary, which may be null,
/// has, and says <end> not first: no caption is empty.
std::unique_ptr<LogitFilter> special_tokens(const Vocabulary* vocabulary = nullptr);

/// Bars words and phrases, each a list of one id or more.
std::unique_ptr<LogitFilter> bar_phrases(std::vector<std::vector<int32_t>> phrases);

}  // namespace storyteller
