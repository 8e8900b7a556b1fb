#include "tools/commands/evaluation_report.h"

#include <utility>

#include "core/text/number_format.h"
#include "tools/cli/progress.h"
#include "tools/commands/confidence_report.h"
#include "tools/commands/report_item.h"
#include "tools/commands/score_rows.h"
#include "tools/commands/set_sections.h"
#include "train/data/pointing.h"
#include "train/data/scene_scoring.h"
#include "train/data/scenes_dataset.h"

namespace storyteller {
namespace {

/// What the pictures are, and what the network had to do with them before.
std::string introduction(const SplitData& data, bool attends) {
  const bool scenes = dynamic_cast<const ScenesDataset*>(data.dataset.get()) != nullptr;
  const std::string pictures = scenes ? "drawn scenes" : "photographs";
  const std::string shown =
      std::string("Below: what it said") + (attends ? ", and where it looked for each word." : ".");
  if (data.split == Split::kTrain) {
    return "The network learned from these very " + pictures + ". " + shown;
  }
  if (scenes) {
    return "Scenes that the network never learned from. Training showed it every colour and every "
           "shape, but kept some combinations of the two back; every other picture here holds one "
           "of those, so that its name must be put together from parts. " +
           shown;
  }
  return "Photographs that the network never learned from, each with what people wrote about it. " +
         shown;
}

HtmlReport::Item make_item(Captioner& captioner, const SplitData& data,
                           const Evaluation& evaluation, size_t i) {
  const Caption& caption = evaluation.captions[i];
  HtmlReport::Item item =
      report_item(captioner, data.dataset->load(i), data.dataset->id(i), caption);
  item.references = data.dataset->captions(i);
  const Tokens words = captioner.vocabulary().decode(caption.words);
  const auto masks = data.dataset->object_masks(i);
  for (const WordTarget& target : data.dataset->word_targets(i, words)) {
    if (caption.alpha.empty()) break;
    const auto word = static_cast<size_t>(target.word);
    item.words[word].pointing_hit =
        points_at(masks, target.objects,
                  caption.alpha.data() + word * static_cast<size_t>(captioner.encoder().regions()),
                  item.grid_height, item.grid_width);
  }
  const auto* scenes = dynamic_cast<const ScenesDataset*>(data.dataset.get());
  if (scenes != nullptr && scenes->is_single_held_out(i)) {
    item.verdict = scenes::names_exactly(scenes->scene(i), words) ? HtmlReport::Verdict::kRight
                                                                  : HtmlReport::Verdict::kWrong;
  }
  item.note += assessment_note(evaluation.assessments[i]);
  if (evaluation.scoring.metrics.contains(Metric::kCider)) {
    item.note += ", CIDEr " + decimal(evaluation.scores.each[i]["cider"], 2);
  }
  return item;
}

}  // namespace

std::vector<HtmlReport::Score> score_rows(const Evaluation& evaluation) {
  const CaptionScores& scores = evaluation.scores;
  std::vector<HtmlReport::Score> rows = metric_rows(scores, evaluation.scoring);
  rows.push_back({"Distinct", grouped(scores.distinct_captions),
                  "of " + grouped(evaluation.captions.size()) + " captions"});
  if (evaluation.scenes) {
    const SceneScores& scenes = *evaluation.scenes;
    rows.push_back({"Naming", percent(scenes.exact, 1),
                    "of " + grouped(scenes.single) +
                        " objects in new combinations named exactly; chance " +
                        percent(1.0 / (scenes::kColors * scenes::kShapes), 1)});
    if (scenes.pointing) {
      rows.push_back({"Pointing", percent(*scenes.pointing, 1),
                      "of colours and shapes named, attention peaks there; chance " +
                          percent(*scenes.chance, 1)});
    }
  }
  const auto add = [&](std::vector<HtmlReport::Score> more) {
    for (HtmlReport::Score& row : more) rows.push_back(std::move(row));
  };
  if (evaluation.confidence) add(confidence_rows(*evaluation.confidence));
  if (evaluation.bias) add(gender_rows(*evaluation.gender, *evaluation.bias));
  return rows;
}

HtmlReport make_report(Captioner& captioner, const SplitData& data, const Evaluation& evaluation,
                       const std::vector<EpochRecord>& history, size_t items) {
  HtmlReport report;
  report.title = "Neural Storyteller";
  report.introduction = introduction(data, captioner.decoder().attends());
  double seconds = 0;
  for (const EpochRecord& record : history) {
    seconds += record.seconds;
    report.curve.push_back(
        {static_cast<double>(record.epoch), record.loss, record.scores["cider"]});
  }
  report.summary = {{"Pictures", grouped(evaluation.captions.size())},
                    {"Encoder", captioner.encoder().name()},
                    {"Words known", grouped(static_cast<size_t>(captioner.vocabulary().size()))}};
  if (!history.empty()) {
    report.summary.emplace_back("Epochs of training",
                                grouped(static_cast<size_t>(history.back().epoch)));
    for (const SetRecord& set : history.back().sets) {
      const auto cider = set.scores.find("cider");
      if (cider) report.summary.emplace_back("CIDEr on " + set.name, decimal(*cider, 3));
    }
    // A best.storyteller holds no times.
    if (seconds > 0) report.summary.emplace_back("Time of training", duration_text(seconds));
  }
  report.scores = score_rows(evaluation);
  if (evaluation.set) report.sections = set_sections(*evaluation.set, evaluation.scoring);
  if (evaluation.confidence) report.sections.push_back(confidence_section(*evaluation.confidence));
  for (size_t i = 0; i < evaluation.captions.size() && report.items.size() < items; ++i) {
    if (evaluation.captions[i].words.empty()) continue;  // could not be decoded
    report.items.push_back(make_item(captioner, data, evaluation, i));
  }
  return report;
}

}  // namespace storyteller
