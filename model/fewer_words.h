#pragma once

#include <memory>

#include "core/serialization/safetensors_writer.h"
#include "core/serialization/stored_type.h"
#include "model/captioner.h"

namespace storyteller {

/// Adds a model to a file that is being written, as Captioner::add_to() does, with fewer words: the
/// `words` most frequent ones (special tokens not counted) and those that it knows by name, its
/// concepts and the tokens of its styles. Words are most of a small model, and rare ones are hardly
/// ever said. Its parameters keep the rows of the words that stay; <unk> stands for the others in
/// what the model reads. Returns what holds the values: keep it until the
/// file is written. Throws UsageError where `words` is less than 1.
[[nodiscard]] std::unique_ptr<Captioner> add_with_fewer_words(Captioner& model, int words,
                                                              StoredType type,
                                                              SafetensorsWriter& writer);

}  // namespace storyteller
