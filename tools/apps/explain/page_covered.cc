// What if a part of the picture were covered?
#include <algorithm>
#include <cmath>

#include "core/text/number_format.h"
#include "tools/apps/explain/page_sections.h"
#include "tools/render/attention_overlay.h"
#include "tools/render/change_overlay.h"
#include "tools/render/html.h"
#include "tools/render/page_parts.h"

namespace storyteller::explain {
namespace {

std::size_t region_with(const std::vector<float>& change, bool most) {
  const auto at = most ? std::ranges::max_element(change) : std::ranges::min_element(change);
  return static_cast<std::size_t>(at - change.begin());
}

std::string times_text(double log_change) {
  constexpr double kSlight = 1.5;
  const double times = std::exp(std::abs(log_change));
  const char* way = log_change < 0 ? "less" : "more";
  if (times < kSlight)
    return percent(std::abs(std::expm1(log_change)), 0) + " " + way + " probable";
  return decimal(times, times < 10 ? 1 : 0) + " times " + way + " probable";
}

std::string region_text(const Lesson& lesson, std::size_t region) {
  const auto columns = static_cast<std::size_t>(lesson.grid_columns);
  return "row " + std::to_string(region / columns + 1) + ", column " +
         std::to_string(region % columns + 1) + " (" + place_of(lesson, region) + ")";
}

std::string what_happens(const Lesson& lesson, const PageOptions& options) {
  const Occlusion& occlusion = lesson.occlusion;
  const std::size_t least = region_with(occlusion.change, false);
  const std::string word = "“" + lesson.words[lesson.subject].text + "”";
  std::string text;
  if (occlusion.change[least] < 0) {
    text = options.level == Level::kChild
               ? "Covering the field " + place_of(lesson, least) + " hurts the word " + word +
                     " most: it becomes " + times_text(occlusion.change[least]) + "."
               : "Most depends on the region in " + region_text(lesson, least) +
                     ": without it the word is " + times_text(occlusion.change[least]) +
                     " (log-probability " + decimal(occlusion.change[least], 2) + ").";
  } else {
    text = "No region, covered, makes " + word + " less probable.";
  }
  const std::string& then = occlusion.sentences[least];
  text += then == lesson.sentence ? " The sentence stays the same."
                                  : " The sentence is then “" + then + "”.";
  const auto others = static_cast<std::size_t>(std::ranges::count_if(
      occlusion.sentences, [&](const std::string& said) { return said != lesson.sentence; }));
  return text + " Of the " + std::to_string(occlusion.sentences.size()) +
         " pictures with one region covered, " + std::to_string(others) + " get another sentence.";
}

std::string agreement_text(const Lesson& lesson) {
  const double agreement = *lesson.agreement;
  constexpr double kMuch = 0.6, kSome = 0.3;
  const char* how = agreement >= kMuch   ? "mostly the same places"
                    : agreement >= kSome ? "in part the same places"
                    : agreement > -kSome ? "hardly the same places"
                                         : "opposite places";
  return "Rank correlation of the two maps: " + decimal(agreement, 2) +
         " (1: the same order of regions, 0: none, -1: the reverse). They point at " + how + ".";
}

}  // namespace

std::string subject_maps(const Lesson& lesson) {
  const LessonWord& subject = lesson.words[lesson.subject];
  const std::string word = escape_html(subject.text);
  const int rows = static_cast<int>(lesson.grid_rows),
            columns = static_cast<int>(lesson.grid_columns);
  const Image& picture = lesson.picture;
  const PixelBox visible = visible_of(lesson, picture);
  const std::string most = place_of(lesson, region_with(lesson.occlusion.change, false));
  std::string figures = element(
      "figure", "",
      image_element(change_overlay(picture, lesson.occlusion.change, rows, columns, visible),
                    "Covering changes " + word + " most " + most) +
          element("figcaption", "",
                  "Covering a region makes “" + word +
                      "” <span class=\"key less\"></span> less, <span class=\"key more\"></span> "
                      "more probable"));
  if (!subject.attention.empty()) {
    const std::vector<float> weights = drawn_attention(subject);
    const AttentionMap map{.height = rows, .width = columns, .weights = weights.data()};
    const auto peak = static_cast<std::size_t>(std::ranges::max_element(subject.attention) -
                                               subject.attention.begin());
    figures +=
        element("figure", "",
                image_element(attention_overlay(picture, map, visible),
                              "Attention for " + word + ", most of it " + place_of(lesson, peak)) +
                    element("figcaption", "",
                            "Where it looked for “" + word + "”, of its attention to places"));
  }
  return element("div", "class=\"pair\"", figures) + "\n";
}

std::string covered_section(const Lesson& lesson, const PageOptions& options) {
  const LessonWord& subject = lesson.words[lesson.subject];
  const bool child = options.level == Level::kChild;
  std::string out = heading(3, "4. What if a part were covered?");
  out +=
      paragraph(child ? "We put a gray patch over one field after the other and ask again: how "
                        "much does the computer still like the word “" +
                            subject.text + "”?"
                      : "Each region is covered with gray, one after the other, and the encoder "
                        "sees the picture anew. Asked is the probability of “" +
                            subject.text + "”, what the sentence is about, behind the same words.");
  out += subject_maps(lesson);
  out += paragraph(what_happens(lesson, options));
  if (subject.attention.empty()) return out;
  if (child) {
    return out + paragraph(
                     "Where the computer looked is not the reason for its word. If the two "
                     "pictures differ, the covered one is the better hint.",
                     "note");
  }
  out += paragraph(
      "Attention is not proof of a reason: it says which regions were mixed into the next step, "
      "not "
      "that the word depends on them; the state, the words before and what the encoder spreads "
      "from "
      "region to region speak as well. Covering is a trial of what the word depends on, and has "
      "its "
      "own fault: a gray patch is something that the network never saw in training.",
      "note");
  return out + paragraph(lesson.agreement ? agreement_text(lesson)
                                          : "Rank correlation of the two maps: none, since one of "
                                            "them is the same everywhere.");
}

}  // namespace storyteller::explain
