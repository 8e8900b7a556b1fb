#include "tools/apps/speak/sound_file.h"

#include <cstdint>

#include "core/error.h"
#include "core/system/atomic_file.h"
#include "core/system/signals.h"
#include "tools/apps/speak/child_group.h"
#include "tools/apps/speak/open_file.h"
#include "tools/apps/speak/spoken_text.h"

namespace storyteller::speak {
namespace {

std::size_t number_at(const std::string& bytes, std::size_t at) {
  std::size_t value = 0;
  for (std::size_t i = 4; i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  }
  return value;
}

void put_number(std::string& bytes, std::size_t at, std::size_t value) {
  for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<char>(value >> 8 * i & 0xFFU);
}

}  // namespace

std::string with_sizes(std::string sound) {
  constexpr std::size_t kHead = 12, kChunkHead = 8;
  if (sound.size() < kHead || sound.compare(0, 4, "RIFF") != 0 ||
      sound.compare(8, 4, "WAVE") != 0) {
    throw InputError("the speaker printed no sound (RIFF WAVE) on its standard output");
  }
  put_number(sound, 4, sound.size() - kChunkHead);
  std::size_t at = kHead;
  while (at + kChunkHead <= sound.size()) {
    const std::size_t there = sound.size() - at - kChunkHead, said = number_at(sound, at + 4);
    if (sound.compare(at, 4, "data") == 0) {
      put_number(sound, at + 4, there);
      return sound;
    }
    if (said > there) break;
    at += kChunkHead + said + said % 2;
  }
  throw InputError("the speaker printed a RIFF WAVE without sound in it");
}

void write_sound(const Pipeline& speaker, const std::string& text,
                 const std::filesystem::path& file) {
  const OpenFile in = file_of(text + '\n'), out = file_of("");
  ChildGroup group(speaker, {.in = in.get(), .out = out.get()});
  while (!group.ended(std::chrono::milliseconds(50))) {
    if (stop_requested()) throw Stopped();
  }
  const GroupEnd end = group.end();
  if (!end.trouble.empty()) throw DeviceError(end.trouble + "; no sound was written");
  write_file_atomically(file, with_sizes(contents_of(out, kMostSoundBytes)));
}

}  // namespace storyteller::speak
