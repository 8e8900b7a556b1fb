// What a lesson tells of a picture is what captioning did, and what can be computed anew.
#include "tools/apps/explain/explainer.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "model/image/decode.h"
#include "model/search/said_words.h"
#include "tests/decoder_choices.h"
#include "tools/apps/explain/equations.h"
#include "tools/apps/explain/page.h"
#include "tools/apps/explain/rank_correlation.h"

namespace storyteller::explain::lesson_test {
namespace {

Ensemble model_of(const std::string& decoder) {
  ModelOptions options;
  options.encoder = "form_color_cnn";  // a fifth of the time of scene_cnn
  options.decoder.hidden = options.decoder.embedding = options.decoder.attention = 16;
  choose_decoder(options.decoder, decoder);
  options.search.max_words = 5;
  std::vector<std::string> words = {"<pad>", "<start>", "<end>", "<unk>"};
  for (const char* word : {"a", "dog", "<b>bold", "runs", "the", "grass"}) words.emplace_back(word);
  std::vector<std::unique_ptr<Captioner>> members;
  members.push_back(
      std::make_unique<Captioner>(options, Vocabulary(words), Device::cpu(), 7, false));
  const std::vector<std::string> names = {"m"};
  return {std::move(members), names};
}

Image scene() {
  return read_image(std::string(STORYTELLER_SOURCE_DIR) + "/tests/goldens/model_v1_scene.jpg");
}

TEST(Lesson, OfEveryKindOfDecoderTellsWhatCaptioningDid) {
  for (const auto& [name, kind] : decoder_choices()) {
    SCOPED_TRACE(name);
    Ensemble models = model_of(name);
    const Captioning captioning{.models = models, .search = models.search()};
    const Lesson lesson = lesson_of(captioning, scene(), "<script>alert(1).jpg");
    Captioner& captioner = *models.members().front();
    const std::vector<Image> pictures = {scene()};
    const Caption said = captioner.caption(pictures, models.search()).front();
    EXPECT_EQ(lesson.sentence, captioner.sentence(said));
    EXPECT_EQ(lesson.found.front().words, said.words);

    std::vector<std::int32_t> words(said.words.begin(), said.words.end());
    if (said.finished) words.push_back(Vocabulary::kEnd);
    ASSERT_EQ(lesson.words.size(), words.size());
    const auto anew =
        captioner.log_probabilities(captioner.encode(pictures), words, models.search());
    const std::int64_t regions = lesson.grid_rows * lesson.grid_columns;
    for (std::size_t t = 0; t < words.size(); ++t) {
      const LessonWord& word = lesson.words[t];
      EXPECT_NEAR(word.probability, std::exp(anew[0][t]), 1e-4);
      EXPECT_EQ(word.likeliest.size(), kLikeliest);
      double sum = 0;
      for (const auto& [text, probability] : word.likeliest) sum += probability;
      EXPECT_LE(sum, 1 + 1e-6);
      EXPECT_GE(word.entropy, 0);
      EXPECT_LE(word.entropy, std::log2(10));
      if (kind == DecoderKind::kFixed || t == said.words.size()) {
        EXPECT_TRUE(word.attention.empty());
        continue;
      }
      ASSERT_EQ(std::ssize(word.attention), regions);
      const double all = std::accumulate(word.attention.begin(), word.attention.end(), 0.0);
      if (kind == DecoderKind::kAdaptive) {
        ASSERT_TRUE(word.gate);
        EXPECT_NEAR(all, *word.gate, 1e-4) << "the sentinel has the rest";
      } else {
        EXPECT_NEAR(all, 1, 1e-4);
      }
    }
    EXPECT_EQ(std::ssize(lesson.occlusion.change), regions);
    EXPECT_EQ(std::ssize(lesson.occlusion.sentences), regions);
    EXPECT_FALSE(lesson.reasons);
    if (kind == DecoderKind::kFixed) {
      EXPECT_FALSE(lesson.agreement);
    }

    for (const Level level : {Level::kChild, Level::kStudent, Level::kEngineer}) {
      const PageOptions options{.level = level, .steps = true, .command = "<x>"};
      const std::string page =
          page_begin(options) + page_picture({lesson, {lesson}}, options, 0) + page_end(options);
      EXPECT_EQ(page.find("<script"), std::string::npos);
      EXPECT_EQ(page.find("<b>bold"), std::string::npos) << "words of models are text";
      EXPECT_NE(page.find("&lt;script&gt;alert(1)"), std::string::npos);
      EXPECT_EQ(page.find("href=\"http"), std::string::npos);
      EXPECT_EQ(page.find("WordScorer") != std::string::npos, level == Level::kEngineer);
    }
  }
}

TEST(Lesson, EquationsNameTheStepsOfTheirKind) {
  const auto names = [](const std::string& decoder) {
    Ensemble models = model_of(decoder);
    const Captioning captioning{.models = models, .search = models.search()};
    std::string all;
    for (const Equation& equation : equations_of(lesson_of(captioning, scene(), ""))) {
      all += equation.name + ";";
    }
    return all;
  };
  EXPECT_EQ(
      names("soft"),
      "Encoder (form_color_cnn);WordEmbedding;StateInitializer;Attention;RecurrentCell (lstm);"
      "WordScorer;");
  EXPECT_EQ(names("fixed"),
            "Encoder (form_color_cnn);WordEmbedding;FixedDecoder;RecurrentCell (lstm);WordScorer;");
  EXPECT_NE(names("adaptive").find("VisualSentinel"), std::string::npos);
}

TEST(Lesson, CoversOneRegionWithGray) {
  const Preprocessing preprocessing{.width = 4, .height = 6};
  const std::vector<float> input(4 * 6 * 3, 0.0F);
  const std::vector<float> picture = covered(input, preprocessing, 3, 3, 2);
  for (int y = 0; y < 6; ++y) {
    for (int x = 0; x < 4; ++x) {
      const bool inside = y >= 2 && y < 4 && x >= 2;
      EXPECT_NEAR(picture[static_cast<std::size_t>((y * 4 + x) * 3)], inside ? 128.0 / 255 : 0,
                  1e-6)
          << x << ' ' << y;
    }
  }
}

TEST(Lesson, AsksAfterTheSubject) {
  EXPECT_EQ(subject_place(std::vector<std::string>{"a", "brown", "dog", "runs"}), 2U);
  EXPECT_EQ(subject_place(std::vector<std::string>{"there", "is", "xylophone"}), 2U);
  EXPECT_EQ(subject_place(std::vector<std::string>{"the"}), 0U);
}

TEST(RankCorrelation, IsSpearmans) {
  const std::vector<float> up = {1, 2, 3, 4}, down = {9, 7, 5, 1}, flat = {2, 2, 2, 2};
  EXPECT_NEAR(*rank_correlation(up, up), 1, 1e-12);
  EXPECT_NEAR(*rank_correlation(up, down), -1, 1e-12);
  EXPECT_FALSE(rank_correlation(up, flat));
  EXPECT_FALSE(rank_correlation(std::vector<float>{1, 2}, std::vector<float>{1, 2}));
  // With ties: scipy.stats.spearmanr([1, 2, 2, 5], [1, 3, 2, 4]).
  EXPECT_NEAR(*rank_correlation(std::vector<float>{1, 2, 2, 5}, std::vector<float>{1, 3, 2, 4}),
              0.9486832980505138, 1e-12);
}

}  // namespace
}  // namespace storyteller::explain::lesson_test
