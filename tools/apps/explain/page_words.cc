// Word by word: where it looked, what it might have said, how undecided it was.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/text/number_format.h"
#include "tools/apps/explain/page_sections.h"
#include "tools/render/attention_overlay.h"
#include "tools/render/html.h"
#include "tools/render/page_parts.h"

namespace storyteller::explain {
namespace {

bool attends(const Lesson& lesson) { return !lesson.words.front().attention.empty(); }

double share_of_places(const LessonWord& word) {
  return std::accumulate(word.attention.begin(), word.attention.end(), 0.0);
}

std::string map_of(const Lesson& lesson, const LessonWord& word, const Image& tile) {
  const std::vector<float> weights = drawn_attention(word);
  const AttentionMap map{.height = static_cast<int>(lesson.grid_rows),
                         .width = static_cast<int>(lesson.grid_columns),
                         .weights = weights.data()};
  const auto peak = static_cast<std::size_t>(std::ranges::max_element(weights) - weights.begin());
  return image_element(
      attention_overlay(tile, map, visible_of(lesson, tile)),
      escape_html("Attention, most of it " + place_of(lesson, peak) + ", for " + word.text));
}

std::string likely_words(const LessonWord& word, std::size_t most) {
  std::string rows;
  for (std::size_t i = 0; i < std::min(most, word.likeliest.size()); ++i) {
    const auto& [text, probability] = word.likeliest[i];
    rows += element("li", text == word.text ? "class=\"said\"" : "",
                    element("span", "", shown_word(text)) +
                        "<i style=\"width:" + decimal(100 * probability, 1) + "%\"></i>" +
                        element("b", "", percent(probability, 1)));
  }
  return element("ol", "class=\"likely\"", rows);
}

std::string undecided(const LessonWord& word, const PageOptions& options) {
  const double choices = std::exp2(word.entropy);
  if (options.level == Level::kChild) {
    constexpr double kOne = 1.6, kFew = 6;
    return choices < kOne   ? "Here it hardly had to think."
           : choices < kFew ? "A few words would have done."
                            : "It had many words to choose from.";
  }
  return "Entropy " + decimal(word.entropy, 2) + " bits: as undecided as between " +
         decimal(choices, choices < 10 ? 1 : 0) + " words.";
}

const char* gate_text(DecoderKind kind) {
  switch (kind) {
    case DecoderKind::kAdaptive:
      return "Looked at the picture, not at what it said: ";
    case DecoderKind::kAoa:
      return "Gate, open for what it attended to: ";
    default:
      return "Gate of the attention, open: ";
  }
}

std::string word_card(const Lesson& lesson, const LessonWord& word, const Image& tile,
                      const PageOptions& options) {
  constexpr std::size_t kForChildren = 3;
  std::string text =
      element("p", "class=\"chosen\"",
              shown_word(word.text) + " " + element("small", "", percent(word.probability, 1)));
  text += likely_words(word, options.level == Level::kChild ? kForChildren : kLikeliest);
  std::string note = undecided(word, options);
  if (word.gate && options.level != Level::kChild) {
    note += " " + (gate_text(lesson.decoder.kind) + percent(*word.gate, 0)) + ".";
  }
  constexpr double kNearlyAll = 0.995;
  const bool elsewhere = !word.attention.empty() && share_of_places(word) < kNearlyAll &&
                         lesson.decoder.kind != DecoderKind::kAdaptive;
  if (elsewhere && options.level != Level::kChild) {
    note += " Attention to places: " + percent(share_of_places(word), 0) +
            "; the rest to what was detected.";
  }
  text += paragraph(note, "soft");
  const bool mapped = !word.attention.empty();
  return element("li", mapped ? "class=\"card mapped\"" : "class=\"card\"",
                 (mapped ? element("div", "", map_of(lesson, word, tile)) : "") +
                     element("div", "", text)) +
         "\n";
}

}  // namespace

std::string words_section(const Lesson& lesson, const PageOptions& options) {
  std::string out = heading(3, "2. Word by word");
  if (options.level == Level::kChild) {
    out += paragraph(
        "The computer says one word, then looks again and says the next one. Beside each "
        "word are others that it thought of, and how much it liked them" +
        std::string(attends(lesson) ? ". Where the picture is bright, it looked." : "."));
  } else {
    out += paragraph(
        "For each word the network gives every word that it knows, " +
        grouped(lesson.vocabulary.size()) +
        " of them, a probability, given the picture and the words before. The five most probable "
        "are shown. The search may take another than the first where the sentence as a whole "
        "becomes "
        "more probable." +
        std::string(lesson.words.front().gate
                        ? " The gate says how much of what was attended to was let through."
                        : ""));
    out += attends(lesson)
               ? element("p", "class=\"legend\" style=\"margin-top:12px\"",
                         "Where the network looked for each word, of its attention to places: "
                         "little <i></i> much")
               : paragraph(
                     "This model does not look at parts of a picture: it reads the mean of all "
                     "regions, so there are no maps.");
  }
  const Image tile = tile_of(lesson);
  std::string cards;
  for (const LessonWord& word : lesson.words) cards += word_card(lesson, word, tile, options);
  return out + element("ol", "class=\"words\"", cards) + "\n";
}

}  // namespace storyteller::explain
