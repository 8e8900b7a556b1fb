#include <algorithm>
#include <array>
#include <numeric>

#include "model/vocabulary.h"
#include "tools/apps/explain/page_sections.h"
#include "tools/render/html.h"
#include "tools/render/page_parts.h"

namespace storyteller::explain {
namespace {

constexpr int kTileSide = 208;

}  // namespace

std::string paragraph(const std::string& text, const char* css) {
  const std::string attributes = *css == '\0' ? "" : std::string("class=\"") + css + "\"";
  return element("p", attributes, escape_html(text)) + "\n";
}

std::string heading(int rank, const std::string& text) {
  return element("h" + std::to_string(rank), "", escape_html(text)) + "\n";
}

std::string shown_word(const std::string& word) {
  return word.empty() ? "(end)" : escape_html(word);
}

std::string shown_word(const Lesson& lesson, std::int32_t word) {
  if (word == Vocabulary::kEnd) return shown_word("");
  return shown_word(lesson.vocabulary[static_cast<std::size_t>(word)]);
}

std::string place_of(const Lesson& lesson, std::size_t region) {
  constexpr std::size_t kThirds = 3;
  const auto rows = static_cast<std::size_t>(lesson.grid_rows);
  const auto columns = static_cast<std::size_t>(lesson.grid_columns);
  const std::size_t row = (2 * (region / columns) + 1) * kThirds / (2 * rows);
  const std::size_t column = (2 * (region % columns) + 1) * kThirds / (2 * columns);
  constexpr std::array<std::array<const char*, kThirds>, kThirds> kPlaces = {
      {{"at the top left", "at the top", "at the top right"},
       {"on the left", "in the middle", "on the right"},
       {"at the bottom left", "at the bottom", "at the bottom right"}}};
  return kPlaces[row][column];
}

PixelBox visible_of(const Lesson& lesson, const Image& shown) {
  return visible_box(shown.width, shown.height, lesson.preprocessing);
}

std::vector<float> drawn_attention(const LessonWord& word) {
  std::vector<float> weights = word.attention;
  const float sum = std::accumulate(weights.begin(), weights.end(), 0.0F);
  if (sum > 0) {
    for (float& weight : weights) weight /= sum;
  }
  return weights;
}

Image tile_of(const Lesson& lesson) { return scaled_to(lesson.picture, kTileSide, true); }

const char* grade_words(const Assessment& assessment) {
  if (!assessment.confidence) return "it cannot tell how sure it is";
  if (!assessment.is_photograph()) return "it does not take this for a photograph";
  switch (assessment.grade) {
    case Grade::kSure:
      return "sure";
    case Grade::kLikely:
      return "fairly sure";
    case Grade::kUnsure:
      break;
  }
  return "not sure";
}

}  // namespace storyteller::explain
