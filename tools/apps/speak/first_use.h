#pragma once

#include <filesystem>
#include <string>

namespace storyteller::speak {

/// What everyone is told once who has pictures described aloud.
inline constexpr const char* kNotice =
    "Sentences may be wrong. Do not rely on them for crossing roads, for medicines, or for "
    "anything that a wrong sentence can harm.";

/// Whether nobody was told before; notes that now somebody is. Where that cannot be noted, true.
bool is_first_use(const std::filesystem::path& note);
/// The note of this user: XDG_STATE_HOME/storyteller/speak-notice, else in ~/.local/state. Empty
/// where there is neither.
std::filesystem::path first_use_note();

}  // namespace storyteller::speak
