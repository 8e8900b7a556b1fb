#include "tools/commands/album_output.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <limits>

#include "core/system/printable.h"
#include "core/system/printable_line.h"
#include "core/text/json_line.h"
#include "core/text/json_name.h"
#include "model/confidence/assessment.h"

namespace storyteller {
namespace {

using Json = nlohmann::ordered_json;

Json number(const std::optional<double>& value) {
  return value ? Json(std::round(*value * 1e4) / 1e4) : Json(nullptr);
}

}  // namespace

std::string grade_name(int grade) {
  return std::string(name_of(static_cast<Grade>(std::clamp(grade, 0, 2))));
}

std::string shown_name(const std::string& name) {
  static const bool terminal = ::isatty(STDOUT_FILENO) == 1;
  return terminal ? printable_line(name, std::numeric_limits<size_t>::max())
                  : escape_controls(name);
}

Json picture_json(const album::PictureDetails& picture) {
  Json json;
  set_name(json, "image", picture.path);
  if (picture.text.empty()) return json;
  json["caption"] = picture.caption;
  json["text"] = picture.text;
  json["confidence"] = number(picture.confidence);
  json["grade"] = grade_name(picture.grade);
  json["photo"] = number(picture.photo);
  json["model"] = picture.model;
  if (!picture.taken.empty()) json["taken"] = picture.taken;
  return json;
}

void print_found(const album::PictureDetails& picture, const album::FoundPicture& found,
                 ListForm form) {
  if (form == ListForm::kNames) {
    std::cout << picture.path << '\0';
    return;
  }
  if (form == ListForm::kJson) {
    Json json = picture_json(picture);
    json["score"] = number(found.score);
    json["missing"] = found.missing;
    std::cout << json_line(json);
    return;
  }
  char percent[16];
  std::snprintf(percent, sizeof percent, "%3.0f %%", found.score * 100);
  std::cout << percent << '\t' << shown_name(picture.path) << '\t'
            << shown_name(album::list_text(picture));
  for (const std::string& word : found.missing) {
    std::cout << (&word == &found.missing.front() ? " (without " : ", ") << shown_name(word);
  }
  std::cout << (found.missing.empty() ? "\n" : ")\n");
}

}  // namespace storyteller
