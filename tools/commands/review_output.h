#pragma once

#include <nlohmann/json.hpp>

#include "tools/apps/review/queue.h"

namespace storyteller {

/// A picture as one JSON object: id, image, caption, text, confidence, grade, photo, model, what
/// rules found, what did not count, what was decided.
nlohmann::ordered_json case_json(const review::PictureCase& what);

/// A picture on a line: number, what is proposed, name, sentence, evidence in words.
std::string case_line(const review::PictureCase& what);

/// All of it, a fact a line.
std::string case_lines(const review::PictureCase& what);

}  // namespace storyteller
