#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tools/apps/explain/lesson.h"

namespace storyteller::explain {

/// For whom a page is.
enum class Level : std::uint8_t { kChild, kStudent, kEngineer };

struct PageOptions {
  Level level = Level::kStudent;
  bool steps = false;   ///< every step of the search as a table, too
  std::string command;  ///< that made it, for the end of the page
};

/// A picture's lessons: by the model, and by one that it is compared with.
struct PictureLessons {
  Lesson lesson;
  std::vector<Lesson> compared = {};  ///< none or one
};

// One self-contained page in parts: what stands before the pictures, one picture (`number` from 0),
// and what stands behind them. No script, nothing loaded from anywhere; names and sentences are
// text.
std::string page_begin(const PageOptions& options);
std::string page_picture(const PictureLessons& lessons, const PageOptions& options,
                         std::size_t number);
std::string page_end(const PageOptions& options);

}  // namespace storyteller::explain
