#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tools/apps/album/search.h"

namespace storyteller {

/// How pictures are listed.
enum class ListForm { kLines, kJson, kNames };

/// A picture as one JSON object: image, caption, text, confidence, grade, photo, model, taken.
nlohmann::ordered_json picture_json(const album::PictureDetails& picture);

/// Prints a picture that was found: " 92 %  NAME  sentence", without what words it lacks. Names
/// alone end in NUL.
void print_found(const album::PictureDetails& picture, const album::FoundPicture& found,
                 ListForm form);

/// What a name looks like on a line: as it is for programs, printable on a terminal.
std::string shown_name(const std::string& name);

/// "sure"
std::string grade_name(int grade);

}  // namespace storyteller
