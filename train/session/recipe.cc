#include "train/session/recipe.h"

#include "train/selection.h"
#include "train/vqa/answering.h"

namespace storyteller {

namespace {

/// Drawn scenes: small and quick, the features are learned along. A word detector learns to see
/// first; then the decoder speaks of what it sees. Did both learn at once, the decoder would be
/// first to know that no moon of its captions is pink, and never unlearn it. No coverage: seven
/// words cannot look at each of 144 regions once, and being pushed to makes attention vague.
Recipe scenes_recipe() {
  Recipe recipe;
  recipe.model.encoder = "form_color_cnn";
  recipe.model.word_detector = true;
  recipe.model.decoder.embedding = 64;
  recipe.model.decoder.hidden = 128;
  recipe.model.decoder.attention = 64;
  recipe.model.decoder.query = AttentionQuery::kHiddenAndWord;
  recipe.model.decoder.output = OutputLayer::kSum;
  recipe.model.decoder.embedding_dropout = 0.3F;
  recipe.model.decoder.output_dropout = 0.3F;
  recipe.train.learning_rate = 2e-3;
  recipe.train.epochs = 7;
  recipe.train.detector_epochs = 4;
  recipe.train.presence_weight = 20;
  recipe.train.captions_per_image = 5;
  recipe.train.batch_size = 100;
  recipe.train.min_count = 1;
  recipe.train.coverage_weight = 0;
  recipe.train.validation_images = 200;
  return recipe;
}

/// Questions about drawn shapes: the encoder is trained with them. Questions of a picture stand in
/// one batch, so that it is encoded once an epoch.
Recipe easy_questions_recipe() {
  Recipe recipe = scenes_recipe();
  recipe.model.task = Task::kVqa;
  recipe.model.word_detector = false;
  recipe.model.vqa = {.embedding = 64,
                      .hidden = 128,
                      .attention = 128,
                      .fusion = VqaFusion::kProduct,
                      .dropout = 0};
  recipe.train.selection = kAccuracy;
  recipe.train.max_words = kQuestionWords;
  recipe.train.detector_epochs = 0;
  recipe.train.epochs = 11;
  recipe.train.captions_per_image = 10;
  recipe.train.validation_images = 0;
  return recipe;
}

/// Photographs seen by a frozen MobileNetV2.
Recipe photographs_recipe() {
  Recipe recipe;
  recipe.model.decoder.feature_scale = 0.25;
  recipe.model.decoder.gate = ContextGate::kScalar;
  recipe.model.decoder.embedding_dropout = 0.5F;
  recipe.model.decoder.output_dropout = 0.5F;
  recipe.model.search.length_penalty = 0.9F;
  recipe.train.learning_rate = 1e-3;
  recipe.train.epochs = 8;
  recipe.train.average_decay = 0.999;
  recipe.train.schedule.warmup_steps = 100;
  recipe.train.schedule.floor = 0.01;
  return recipe;
}

/// Questions about photographs.
Recipe questions_recipe() {
  Recipe recipe = photographs_recipe();
  recipe.model.task = Task::kVqa;
  recipe.train.selection = kAccuracy;
  recipe.train.max_words = kQuestionWords;
  recipe.train.epochs = 20;
  recipe.train.captions_per_image = 3;
  recipe.train.min_count = 3;
  return recipe;
}

}  // namespace

void declare(Recipe& recipe, Config& config) {
  declare(recipe.model, config);
  declare(recipe.train, config);
}

Recipe recipe_for(const std::string& data_specification) {
  if (data_specification.starts_with("easy-vqa:")) return easy_questions_recipe();
  if (data_specification.starts_with("vqa:") || data_specification.starts_with("made:")) {
    return questions_recipe();
  }
  return data_specification.starts_with("scenes") ? scenes_recipe() : photographs_recipe();
}

}  // namespace storyteller
