#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "tools/apps/speak/speaker_command.h"

namespace storyteller::speak {

/// The most that a sound file holds: more than six hours of espeak-ng.
inline constexpr std::size_t kMostSoundBytes = std::size_t{1} << 30;

/// Sound as RIFF WAVE with the sizes in its header set to what is there: a program that writes into
/// a pipe does not know them when it begins. Throws InputError where `sound` is no such file.
std::string with_sizes(std::string sound);

/// Has `speaker`, which prints sound, say `text` into `file`, which appears whole or not at all.
/// Throws MissingProgram, DeviceError where the program fails, InputError where it prints no WAVE,
/// IoError, and Stopped where a signal asks to stop.
void write_sound(const Pipeline& speaker, const std::string& text,
                 const std::filesystem::path& file);

}  // namespace storyteller::speak
