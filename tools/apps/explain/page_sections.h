#pragma once

#include <string>

#include "tools/apps/explain/page.h"

namespace storyteller::explain {

// The sections about a picture, each with its heading; "" where a level has none.

std::string seen_section(const Lesson& lesson, const PageOptions& options);
std::string words_section(const Lesson& lesson, const PageOptions& options);
std::string search_section(const Lesson& lesson, const PageOptions& options);
std::string covered_section(const Lesson& lesson, const PageOptions& options);
std::string reasons_section(const Lesson& lesson, const PageOptions& options);
std::string equations_section(const Lesson& lesson);
std::string compared_section(const Lesson& lesson, const Lesson& other, const PageOptions& options);

/// The maps of occlusion and attention for the subject, and how far they agree.
std::string subject_maps(const Lesson& lesson);

/// The search as a tree, a step a line; the way to the sentence is marked.
std::string tree_svg(const Lesson& lesson);

// Small parts.

/// <p>text</p>, `text` escaped.
std::string paragraph(const std::string& text, const char* css = "");
std::string heading(int rank, const std::string& text);
/// A word as a page shows it, escaped; "" is the end of the sentence.
std::string shown_word(const std::string& word);
std::string shown_word(const Lesson& lesson, std::int32_t word);
/// Where region `region` of a lesson's grid lies: "at the top left", "in the middle".
std::string place_of(const Lesson& lesson, std::size_t region);
/// Part of a picture `factor` times the size of lesson.picture that the encoder sees.
PixelBox visible_of(const Lesson& lesson, const Image& shown);
/// A word's attention to places as it is drawn: as if it were all of its attention.
std::vector<float> drawn_attention(const LessonWord& word);
/// A picture of the page's small maps.
Image tile_of(const Lesson& lesson);
const char* grade_words(const Assessment& assessment);

extern const std::string_view kLessonStyle;

}  // namespace storyteller::explain
