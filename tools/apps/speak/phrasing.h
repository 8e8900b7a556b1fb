#pragma once

#include <cstdint>
#include <string>

#include "model/wording/people_text.h"
#include "tools/apps/speak/sight.h"

namespace storyteller::speak {

enum class Detail : std::uint8_t {
  kShort,   ///< who, and what they do
  kNormal,  ///< all that the caption says
};

/// How what was seen is put into words.
struct Phrasing {
  PeopleWording wording;
  Detail detail = Detail::kNormal;
};

/// The text for people, as `caption --people` has it.
std::string text_of(const Told& told, const Phrasing& phrasing);
/// "Still: a dog jumps." of "A dog jumps."
std::string still_text(const std::string& text);

}  // namespace storyteller::speak
