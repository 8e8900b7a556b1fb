#include "train/validation/evaluation.h"

#include "core/system/signals.h"
#include "train/data/pointing.h"
#include "train/data/scene_scoring.h"
#include "train/data/scenes_dataset.h"
#include "train/validation/validation.h"

namespace storyteller {
namespace {

SceneScores score_scenes(Captioner& captioner, const ScenesDataset& scenes,
                         const std::vector<Caption>& captions) {
  const Encoder& encoder = captioner.encoder();
  SceneScores result;
  PointingScore pointing;
  size_t exact = 0;
  for (size_t i = 0; i < captions.size(); ++i) {
    const Tokens words = captioner.vocabulary().decode(captions[i].words);
    if (scenes.is_single_held_out(i)) {
      ++result.single;
      if (scenes::names_exactly(scenes.scene(i), words)) ++exact;
    }
    if (captions[i].alpha.empty()) continue;
    pointing.add(scenes.word_targets(i, words), scenes.object_masks(i), captions[i].alpha.data(),
                 static_cast<int>(encoder.grid_rows()), static_cast<int>(encoder.grid_columns()));
  }
  if (result.single > 0) {
    result.exact = static_cast<double>(exact) / static_cast<double>(result.single);
  }
  if (captioner.decoder().attends()) {
    result.pointing = pointing.accuracy();
    result.chance = pointing.chance();
  }
  return result;
}

}  // namespace

Evaluation evaluate(Captioner& captioner, const SplitData& data, const SearchOptions& search,
                    const ScorerOptions& scoring, BadPictures& bad,
                    const std::function<void(size_t, size_t)>& progress) {
  Evaluation evaluation;
  evaluation.captions = caption_dataset(captioner, *data.dataset, data.features.get(), search, 0,
                                        bad, [&](size_t done, size_t total) {
                                          if (progress) progress(done, total);
                                          if (stop_requested()) throw Stopped();
                                        });
  evaluation.scoring = scoring;
  evaluation.scores = score_against(captioner, evaluation.captions, *data.captions, scoring);
  if (const auto* scenes = dynamic_cast<const ScenesDataset*>(data.dataset.get())) {
    evaluation.scenes = score_scenes(captioner, *scenes, evaluation.captions);
  }
  return evaluation;
}

}  // namespace storyteller
