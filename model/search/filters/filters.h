#pragma once

#include <memory>

#include "model/search/hypothesis.h"

namespace storyteller {

/// Never says <pad>, <start> or <unk>, and says <end> not first: no caption is empty.
std::unique_ptr<LogitFilter> special_tokens();

/// Bars words that would end an n-gram which the sentence holds already; n >= 1.
std::unique_ptr<LogitFilter> no_repeat_ngram(int n);

}  // namespace storyteller
