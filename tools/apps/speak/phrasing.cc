#include "tools/apps/speak/phrasing.h"

#include "tools/apps/speak/spoken_text.h"

namespace storyteller::speak {

std::string text_of(const Told& told, const Phrasing& phrasing) {
  const bool whole = phrasing.detail == Detail::kNormal;
  return people_text(whole ? told.words : brief(told.words), told.assessment, phrasing.wording);
}

std::string still_text(const std::string& text) {
  std::string rest = text;
  // "T-shirts" keep their capital.
  const bool word = rest.size() > 1 && rest[0] >= 'A' && rest[0] <= 'Z' &&
                    ((rest[1] >= 'a' && rest[1] <= 'z') || rest[1] == ' ');
  if (word) rest[0] = static_cast<char>(rest[0] - 'A' + 'a');
  return "Still: " + rest;
}

}  // namespace storyteller::speak
