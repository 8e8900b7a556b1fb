#include "train/validation/evaluation.h"

#include <utility>

#include "core/system/signals.h"
#include "model/wording/neutral_words.h"
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

/// All captions of all pictures, the first of a picture before its others.
std::vector<Hypothesis> hypotheses_of(const Captioner& captioner, const Evaluation& evaluation) {
  std::vector<Hypothesis> hypotheses;
  const auto add = [&](size_t picture, const Caption& caption) {
    hypotheses.push_back({picture, captioner.vocabulary().decode(caption.words)});
  };
  for (size_t i = 0; i < evaluation.captions.size(); ++i) {
    add(i, evaluation.captions[i]);
    for (const Caption& caption : evaluation.others[i]) add(i, caption);
  }
  return hypotheses;
}

}  // namespace

Tokens Evaluation::scored_words(const Captioner& captioner, size_t picture) const {
  Tokens words = captioner.vocabulary().decode(captions[picture].words);
  const bool replaced = gender && is_neutral(*gender, assessments[picture].grade);
  return replaced ? without_gender(std::move(words)) : words;
}

bool measures_sets(const Captioning& captioning) {
  return captioning.wanted() > 1 || (!captioning.choice && captioning.search.sample > 0);
}

Evaluation evaluate(const Captioning& captioning, const SplitData& data,
                    std::span<const std::unique_ptr<FeatureCache>> caches,
                    const ScorerOptions& scoring, BadPictures& bad, const SeenCaptions* training,
                    std::optional<GenderWords> gender,
                    const std::function<void(size_t, size_t)>& progress) {
  Captioner& captioner = captioning.models.shown();
  Evaluation evaluation;
  evaluation.gender = gender;
  const auto watched = [&](size_t done, size_t total) {
    if (progress) progress(done, total);
    if (stop_requested()) throw Stopped();
  };
  auto sets =
      caption_sets(captioning, *data.dataset, caches, bad, watched, &evaluation.assessments);
  for (std::vector<Caption>& set : sets) {
    evaluation.captions.push_back(std::move(set.front()));
    set.erase(set.begin());
  }
  evaluation.others = std::move(sets);
  evaluation.scoring = scoring;
  const TokenizedReferences references = references_of(*data.captions, evaluation.captions.size());
  const CaptionScorer scorer(references, scoring);
  std::vector<Tokens> words;
  std::vector<Hypothesis> first;
  for (size_t i = 0; i < evaluation.captions.size(); ++i) {
    words.push_back(evaluation.scored_words(captioner, i));
    first.push_back({i, words.back()});
  }
  evaluation.scores = scorer.score_all(words);
  // What the model said, not how it was reworded.
  evaluation.confidence = confidence_scores(words_of(captioner, evaluation.captions),
                                            evaluation.assessments, references);
  if (gender) evaluation.bias = gender_bias(first, references);
  if (measures_sets(captioning)) {
    const std::vector<Hypothesis> hypotheses = hypotheses_of(captioner, evaluation);
    evaluation.set =
        make_set_report(hypotheses, references, scorer, scorer.score_hypotheses(hypotheses),
                        training, scoring.threads);
  }
  if (const auto* scenes = dynamic_cast<const ScenesDataset*>(data.dataset.get())) {
    evaluation.scenes = score_scenes(captioner, *scenes, evaluation.captions);
  }
  return evaluation;
}

}  // namespace storyteller
