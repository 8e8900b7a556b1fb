#pragma once

#include <filesystem>
#include <optional>
#include <span>

#include "core/serialization/stored_type.h"
#include "model/search/search.h"

namespace storyteller {

/// Writes a model each of whose weights is the mean of the given models' ("model soup", Wortsman et
/// al., ICML 2022). It helps where the models have the beginning of their training in common:
/// epochs of a run, or runs that differ in a late setting; else the mean of two good models is a
/// bad one. One model is stored anew, in another type. Options and words are those of the first,
/// but for `search` where it is given: how the new model captions unless told otherwise; and for
/// `words`, the most that it knows (model/fewer_words.h), unless that is 0. Throws ModelError where
/// the models differ in options, words, preprocessing or tensors, naming the first difference, and
/// IoError.
void write_average(std::span<const std::filesystem::path> models, StoredType type,
                   const std::filesystem::path& out,
                   const std::optional<SearchOptions>& search = std::nullopt, int words = 0);

/// How a model captions unless told otherwise. Throws ModelError and IoError.
SearchOptions search_options_of(const std::filesystem::path& model);

}  // namespace storyteller
