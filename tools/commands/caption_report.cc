#include "tools/commands/caption_report.h"

#include <algorithm>
#include <cmath>

#include "core/text/number_format.h"

namespace storyteller {
namespace {

using Section = HtmlReport::Section;
using Row = Section::Row;

Section diversity_section(const CaptionReport& report) {
  const CaptionStatistics &ours = report.captions, &theirs = report.people;
  Section section{
      .title = "Diversity",
      .introduction =
          "How various the captions are, beside what people wrote about the same images "
          "(as many captions for each image, the first ones).",
      .columns = {"captions", "people"}};
  const auto row = [&](const char* name, std::string a, std::string b, const char* note) {
    section.rows.push_back({name, {std::move(a), std::move(b)}, note});
  };
  row("Captions", grouped(ours.captions), grouped(theirs.captions), "");
  row("Different captions", grouped(ours.distinct_captions), grouped(theirs.distinct_captions), "");
  row("Vocabulary", grouped(ours.vocabulary), grouped(theirs.vocabulary), "different words");
  row("Distinct-1", decimal(ours.distinct_1, 4), decimal(theirs.distinct_1, 4),
      "different words, over all words");
  row("Distinct-2", decimal(ours.distinct_2, 4), decimal(theirs.distinct_2, 4),
      "different pairs of words, over all words");
  if (report.unseen) {
    row("Unseen", percent(*report.unseen, 1), percent(*report.people_unseen, 1),
        "are no caption of the training set");
  }
  row("Mean length", decimal(ours.mean_length, 2), decimal(theirs.mean_length, 2), "words");
  row("Dangling", percent(ours.dangling, 1), percent(theirs.dangling, 1),
      "end in a word that begins something, as in 'a dog with a'");
  section.bars_title =
      "Words in a caption: share of the captions, and below it of what people wrote";
  const auto share = [](const CaptionStatistics& of, size_t length) {
    return of.captions == 0
               ? 0
               : static_cast<double>(of.lengths[length]) / static_cast<double>(of.captions);
  };
  size_t first = CaptionStatistics::kLongest, last = 0;
  for (size_t n = 0; n <= CaptionStatistics::kLongest; ++n) {
    if (ours.lengths[n] + theirs.lengths[n] == 0) continue;
    first = std::min(first, n);
    last = n;
  }
  for (size_t n = first; n <= last; ++n) {
    const bool open = n == CaptionStatistics::kLongest;
    section.bars.push_back(
        {std::to_string(n) + (open ? "+" : ""), share(ours, n), share(theirs, n)});
  }
  return section;
}

Section bias_section(const CaptionReport& report) {
  const GenderBias& bias = report.bias;
  Section section{
      .title = "Gender",
      .introduction =
          "By word lists of two genders: what captions say, not who is seen. Images of women are "
          "those where a reference names a woman and none a man; the others likewise. A captioner "
          "that always says 'person' makes no error: read the error rate beside the neutral rate.",
      .columns = {"captions", "people"}};
  const auto row = [&](const char* name, std::string a, std::string b, const std::string& note) {
    section.rows.push_back({name, {std::move(a), std::move(b)}, note});
  };
  row("Error rate", percent(bias.error_rate(), 1), "",
      "name the other gender, of " + grouped(bias.female.captions + bias.male.captions) +
          " captions about images of one");
  row("  images of women", percent(bias.female.error_rate(), 1), "",
      grouped(bias.female.wrong) + " of " + grouped(bias.female.captions));
  row("  images of men", percent(bias.male.error_rate(), 1), "",
      grouped(bias.male.wrong) + " of " + grouped(bias.male.captions));
  row("Neutral rate", percent(bias.neutral_rate(), 1), percent(bias.reference_neutral_rate(), 1),
      "say 'person', 'child' or the like about these images");
  row("  images of women", percent(bias.female.neutral_rate(), 1),
      percent(bias.female.reference_neutral_rate(), 1), "");
  row("  images of men", percent(bias.male.neutral_rate(), 1),
      percent(bias.male.reference_neutral_rate(), 1), "");
  row("Women per man", decimal(bias.caption_ratio(), 3), decimal(bias.reference_ratio(), 3),
      "sentences that name women alone, for each of men alone");
  row("Amplification",
      (bias.amplification() > 0 ? "+" : "") + decimal(100 * bias.amplification(), 1), "",
      "points by which " + grouped(bias.objects.size()) +
          " objects are more with the gender they are mostly with");
  constexpr size_t kShown = 5;
  for (size_t i = 0; i < std::min(kShown, bias.objects.size()); ++i) {
    const ObjectGender& object = bias.objects[i];
    row(("  " + object.object).c_str(), percent(object.caption_share, 1),
        percent(object.reference_share, 1),
        std::string(object.female ? "with women" : "with men") + ", of " +
            grouped(object.captions) + " captions and " + grouped(object.reference_sentences) +
            " references");
  }
  return section;
}

nlohmann::ordered_json json_of(double value) {
  return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
}

/// `images`: how many have several captions; `measures` are about those.
nlohmann::ordered_json json_of(const CaptionStatistics& s, const std::optional<double>& unseen,
                               size_t images, const std::vector<SetScore>& measures) {
  nlohmann::ordered_json json = {
      {"captions", s.captions},     {"distinct_captions", s.distinct_captions},
      {"vocabulary", s.vocabulary}, {"distinct_1", s.distinct_1},
      {"distinct_2", s.distinct_2}, {"mean_length", s.mean_length},
      {"dangling", s.dangling},     {"lengths", s.lengths}};
  if (unseen) json["unseen"] = *unseen;
  if (images == 0) return json;
  json["images_with_samples"] = images;
  for (const char* key : {"div_1", "div_2", "mbleu_4", "self_cider"}) {
    if (const auto& value = set_score(measures, key).value) json[key] = *value;
  }
  return json;
}

nlohmann::ordered_json json_of(const GenderedImages& images) {
  return {{"captions", images.captions},
          {"wrong", images.wrong},
          {"error_rate", images.error_rate()},
          {"neutral_rate", images.neutral_rate()},
          {"reference_neutral_rate", images.reference_neutral_rate()}};
}

}  // namespace

std::vector<HtmlReport::Section> report_sections(const CaptionReport& report) {
  return {diversity_section(report), bias_section(report)};
}

void add_report(const CaptionReport& report, const std::optional<SetReport>& set,
                nlohmann::ordered_json& json) {
  const GenderBias& bias = report.bias;
  const SetReport none;
  const SetReport& sets = set ? *set : none;
  json["diversity"] = {
      {"captions", json_of(report.captions, report.unseen, sets.several, sets.measures)},
      {"people", json_of(report.people, report.people_unseen, sets.people_several, sets.people)}};
  auto objects = nlohmann::ordered_json::array();
  for (const ObjectGender& object : bias.objects) {
    objects.push_back({{"object", object.object},
                       {"gender", object.female ? "female" : "male"},
                       {"captions", object.captions},
                       {"reference_sentences", object.reference_sentences},
                       {"caption_share", object.caption_share},
                       {"reference_share", object.reference_share}});
  }
  json["bias"] = {{"error_rate", bias.error_rate()},
                  {"neutral_rate", bias.neutral_rate()},
                  {"reference_neutral_rate", bias.reference_neutral_rate()},
                  {"female_to_male", json_of(bias.caption_ratio())},
                  {"reference_female_to_male", json_of(bias.reference_ratio())},
                  {"amplification", json_of(bias.amplification())},
                  {"images_of_women", json_of(bias.female)},
                  {"images_of_men", json_of(bias.male)},
                  {"objects", std::move(objects)}};
}

}  // namespace storyteller
