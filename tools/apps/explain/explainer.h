#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/captioning.h"
#include "model/wording/people_text.h"
#include "tools/apps/explain/lesson.h"

namespace storyteller::explain {

/// How a model, the one of `captioning.models`, comes to its sentence about a picture: the one that
/// `caption` prints. `search` draws no sentences. Throws what describe() throws.
Lesson lesson_of(const Captioning& captioning, const Image& picture, std::string name,
                 const PeopleWording& wording = {});

/// The word of a caption to be asked after: what it is about, else its first word that names
/// something, else its first. `words` has one at least.
std::size_t subject_place(std::span<const std::string> words);

/// Longer side of a picture as it is shown, in pixels.
inline constexpr int kShownSide = 520;

}  // namespace storyteller::explain
