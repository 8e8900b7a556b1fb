#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace storyteller {

/// Columns that help may take: those of the terminal, at most 120; without one COLUMNS, or 100.
std::size_t help_width();

/// Help whose lines are broken at blanks where they are longer than `width`. A line goes on under
/// its second column, which begins behind two blanks or more; one without, under its own beginning.
std::string wrapped_help(std::string_view text, std::size_t width);

}  // namespace storyteller
