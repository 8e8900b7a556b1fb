#include "tools/commands/evaluation.h"

#include <algorithm>

#include "core/system/signals.h"
#include "tools/commands/stopped.h"
#include "tools/render/html.h"
#include "train/data/pointing.h"
#include "train/data/scene_scoring.h"
#include "train/data/scenes_dataset.h"
#include "train/validation.h"

namespace storyteller {
namespace {

SceneScores score_scenes(const Captioner& captioner, Encoder& encoder, const ScenesDataset& scenes,
                         const std::vector<FoundCaption>& captions) {
  SceneScores result;
  PointingScore pointing;
  size_t exact = 0;
  for (size_t i = 0; i < captions.size(); ++i) {
    const Tokens words = captioner.vocabulary().decode(captions[i].words);
    if (scenes.is_single_held_out(i)) {
      ++result.single;
      if (scenes::names_exactly(scenes.scene(i), words)) ++exact;
    }
    pointing.add(scenes.word_targets(i, words), scenes.object_masks(i), captions[i].alpha.data(),
                 static_cast<int>(encoder.grid_rows()), static_cast<int>(encoder.grid_columns()));
  }
  if (result.single > 0) {
    result.exact = static_cast<double>(exact) / static_cast<double>(result.single);
  }
  result.pointing = pointing.accuracy();
  result.chance = pointing.chance();
  return result;
}

HtmlReport::Item make_item(Captioner& captioner, const SplitData& data, const Evaluation& evaluation,
                           size_t i) {
  const FoundCaption& caption = evaluation.captions[i];
  HtmlReport::Item item;
  item.picture = data.dataset->load(i);
  item.name = data.dataset->id(i);
  item.caption = captioner.sentence(caption);
  item.references = data.dataset->captions(i);
  item.maps = caption.alpha;
  item.grid_height = static_cast<int>(captioner.encoder().grid_rows());
  item.grid_width = static_cast<int>(captioner.encoder().grid_columns());
  item.visible =
      visible_box(item.picture.width, item.picture.height, captioner.preprocessing());
  const Tokens words = captioner.vocabulary().decode(caption.words);
  for (const std::string& word : words) item.words.push_back({.text = word});
  const auto masks = data.dataset->object_masks(i);
  for (const WordTarget& target : data.dataset->word_targets(i, words)) {
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
  item.note = "log-probability " + decimal(caption.log_probability, 1) + ", CIDEr " +
              decimal(evaluation.scores.images[i].cider, 2);
  return item;
}

std::vector<HtmlReport::Score> score_rows(const Evaluation& evaluation) {
  const CaptionScores& scores = evaluation.scores;
  std::vector<HtmlReport::Score> rows;
  for (int n = 0; n < kMaxOrder; ++n) {
    rows.push_back({"BLEU-" + std::to_string(n + 1),
                    decimal(scores.bleu[static_cast<size_t>(n)], 3),
                    n == 0 ? "words shared with a reference" : ""});
  }
  rows.push_back({"ROUGE-L", decimal(scores.rouge_l, 3), "longest common subsequence"});
  rows.push_back({"CIDEr", decimal(scores.cider, 3), "CIDEr-D: shared n-grams, rare ones count more"});
  rows.push_back({"Distinct captions", std::to_string(scores.distinct_captions),
                  "of " + std::to_string(evaluation.captions.size())});
  if (evaluation.scenes) {
    const SceneScores& scenes = *evaluation.scenes;
    rows.push_back({"Exact colour and shape", decimal(100 * scenes.exact, 1) + " %",
                    "of " + std::to_string(scenes.single) +
                        " single objects in combinations that training never showed"});
    rows.push_back({"Pointing", decimal(100 * scenes.pointing, 1) + " %",
                    "of naming words look at a right object; chance " +
                        decimal(100 * scenes.chance, 1) + " %"});
  }
  return rows;
}

}  // namespace

Evaluation evaluate(Captioner& captioner, const SplitData& data, const SearchOptions& search,
                    Progress& progress, BadPictures& bad) {
  Evaluation evaluation;
  evaluation.captions = caption_dataset(
      captioner, *data.dataset, data.features.get(), search, 0, bad,
      [&](size_t done, size_t total) {
        progress.update({.label = "captions",
                         .done = static_cast<int64_t>(done),
                         .total = static_cast<int64_t>(total),
                         .unit = "pictures"});
        if (stop_requested()) throw Stopped();
      });
  progress.finish();
  evaluation.scores = score_against(captioner, evaluation.captions, *data.captions);
  if (const auto* scenes = dynamic_cast<const ScenesDataset*>(data.dataset.get())) {
    evaluation.scenes =
        score_scenes(captioner, captioner.encoder(), *scenes, evaluation.captions);
  }
  return evaluation;
}

HtmlReport make_report(Captioner& captioner, const SplitData& data, const Evaluation& evaluation,
                       const std::vector<EpochRecord>& history, size_t items) {
  HtmlReport report;
  report.title = "Neural Storyteller";
  report.introduction =
      "What the network said about pictures that it had never seen, and where it looked for each "
      "word.";
  double seconds = 0;
  for (const EpochRecord& record : history) {
    seconds += record.seconds;
    report.curve.push_back({static_cast<double>(record.epoch), record.loss, record.cider});
  }
  report.summary = {{"Pictures", std::to_string(evaluation.captions.size())},
                    {"Encoder", captioner.encoder().name()},
                    {"Words known", std::to_string(captioner.vocabulary().size())},
                    {"Epochs", std::to_string(history.size())},
                    {"Training", duration_text(seconds)}};
  report.scores = score_rows(evaluation);
  for (size_t i = 0; i < std::min(items, evaluation.captions.size()); ++i) {
    if (evaluation.captions[i].words.empty()) continue;  // could not be decoded
    report.items.push_back(make_item(captioner, data, evaluation, i));
  }
  return report;
}

}  // namespace storyteller
