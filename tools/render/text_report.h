#pragma once

#include <string>

#include "tools/render/html_report.h"

namespace storyteller {

/// A section of a report for a terminal: title, introduction in lines of at most 78 characters,
/// table and bars of '#' and '-'. UTF-8; control characters of its texts become `\xNN`.
std::string render_text(const HtmlReport::Section& section);

}  // namespace storyteller
