// What the options of a decoder do and refuse.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/error.h"
#include "model/decoder/decoder.h"
#include "model/model_options.h"
#include "tests/op_case.h"
#include "train/session/recipe.h"

namespace storyteller::decoder_options_test {
namespace {

constexpr int64_t kRegions = 3, kWidth = 4, kWords = 9;

TEST(HardAttention, LooksAtWhatTheOptionsSay) {
  for (const DecodingRegion region :
       {DecodingRegion::kExpectation, DecodingRegion::kArgmax, DecodingRegion::kSample}) {
    DecoderOptions options{.vocabulary = kWords,
                           .feature_width = kWidth,
                           .embedding = 5,
                           .hidden = 6,
                           .attention = 4,
                           .kind = DecoderKind::kHard};
    options.decoding_region = region;
    Parameters parameters;
    parameters.add_group({.name = "decoder"});
    const auto decoder = make_decoder(options, parameters);
    parameters.allocate(DType::kFloat32, Device::cpu(), 7, false);
    decoder->refresh();
    Tape tape(Tape::Mode::kInfer);
    const auto loop = decoder->make_loop();
    const std::vector<double> numbers = random_array(3, kRegions * kWidth, -2, 2);
    const Tensor features = Tensor::from(
        {1, kRegions, kWidth}, std::vector<float>(numbers.begin(), numbers.end()), Device::cpu());
    const DecoderMemory memory = decoder->prepare(tape, Var(features));
    const RowMap map = make_row_map({0, 0}, 1, Device::cpu());
    const std::vector<int64_t> offset = {0, 2};
    std::set<int64_t> looked_at;
    for (uint64_t position = 0; position < 30; ++position) {
      const DecoderState state = decoder->initial_state(tape, memory, map);
      decoder->begin(tape, *loop, memory, map, {offset.data(), 1},
                     Tensor::from({2}, std::vector<int32_t>{4, 4}, Device::cpu()),
                     {.step = position});
      decoder->step(tape, *loop, 0, state);
      const AttentionTrace trace = decoder->attention(*loop);
      EXPECT_EQ(static_cast<bool>(trace.drawn), region != DecodingRegion::kExpectation);
      if (!trace.drawn) continue;
      const auto drawn = trace.drawn.to_host<float>(), alpha = trace.alpha.value().to_host<float>();
      for (int64_t l = 0; l < kRegions; ++l) {
        EXPECT_EQ(drawn[l], drawn[kRegions + l]) << "equal rows look alike, whatever the batch";
      }
      const auto at = std::max_element(drawn.begin(), drawn.begin() + kRegions) - drawn.begin();
      if (region == DecodingRegion::kArgmax) {
        EXPECT_EQ(at, std::max_element(alpha.begin(), alpha.begin() + kRegions) - alpha.begin());
      }
      looked_at.insert(at);
    }
    EXPECT_EQ(looked_at.size(), region == DecodingRegion::kSample   ? 3U
                                : region == DecodingRegion::kArgmax ? 1U
                                                                    : 0U);
  }
}

TEST(DecoderOptions, WhatDoesNotAttendScoresNoContext) {
  Parameters parameters;
  parameters.add_group({.name = "decoder"});
  EXPECT_THROW(make_decoder({.vocabulary = kWords,
                             .feature_width = kWidth,
                             .kind = DecoderKind::kFixed,
                             .output = OutputLayer::kSum},
                            parameters),
               UsageError);
}

TEST(DecoderOptions, AdaptiveLooksAwayToAnLstm) {
  Parameters parameters;
  parameters.add_group({.name = "decoder"});
  EXPECT_THROW(make_decoder({.vocabulary = kWords,
                             .feature_width = kWidth,
                             .kind = DecoderKind::kAdaptive,
                             .cell = CellKind::kGru},
                            parameters),
               UsageError);
}

TEST(DecoderOptions, AReluNetworkStartsWithTheStateAsItIs) {
  Parameters parameters;
  parameters.add_group({.name = "decoder"});
  const auto decoder = make_decoder({.vocabulary = kWords,
                                     .feature_width = kWidth,
                                     .embedding = 5,
                                     .hidden = 2,
                                     .attention = 4,
                                     .cell = CellKind::kReluRnn},
                                    parameters);
  parameters.allocate(DType::kFloat64, Device::cpu(), 7, false);
  const Tensor& weight = parameters.value(parameters.find("decoder.relu_rnn.hidden.weight"));
  EXPECT_EQ(weight.to_host<double>(), (std::vector<double>{1, 0, 0, 1}));
}

TEST(DecoderOptions, AKindBringsTheDefaultsOfItsPaper) {
  const auto options_of = [](const std::vector<std::string>& settings) {
    DecoderOptions options;
    options.gate = ContextGate::kScalar;  // the default of a recipe
    Config config;
    declare(options, config);
    for (const std::string& setting : settings) config.assign(setting);
    take_defaults_of_kind(options, config);
    return options;
  };
  EXPECT_EQ(options_of({}).gate, ContextGate::kScalar);
  EXPECT_EQ(options_of({"decoder=att2in"}).cell, CellKind::kMaxOutLstm);
  EXPECT_EQ(options_of({"decoder=att2in"}).gate, ContextGate::kNone);
  EXPECT_EQ(options_of({"decoder=att2in", "cell=gru"}).cell, CellKind::kGru);
  EXPECT_EQ(options_of({"decoder=top_down"}).initial_state, InitialState::kZero);
  EXPECT_EQ(options_of({"decoder=aoa"}).gate, ContextGate::kNone);
  EXPECT_EQ(options_of({"decoder=aoa"}).initial_state, InitialState::kZero);
  EXPECT_EQ(options_of({"decoder=fixed"}).output, OutputLayer::kPlain);
  EXPECT_EQ(options_of({"gate=vector", "decoder=top_down"}).gate, ContextGate::kVector);
}

TEST(DecoderOptions, AKindWithoutARegulariserInItsPaperTrainsWithoutIt) {
  const auto weight_of = [](const std::vector<std::string>& settings) {
    Recipe recipe = recipe_for("flickr8k:folder");
    Config config;
    declare(recipe, config);
    for (const std::string& setting : settings) config.assign(setting);
    take_training_defaults_of_kind(recipe.model.decoder, config);
    return recipe.train.coverage_weight;
  };
  EXPECT_EQ(weight_of({}), 1);
  EXPECT_EQ(weight_of({"decoder=hard"}), 1);
  for (const char* kind : {"adaptive", "att2in", "top_down", "aoa", "fixed"}) {
    EXPECT_EQ(weight_of({std::string("decoder=") + kind}), 0) << kind;
    EXPECT_EQ(weight_of({std::string("decoder=") + kind, "coverage_weight=0.5"}), 0.5) << kind;
  }
}

TEST(DecoderOptions, EveryKindGoesWithEveryRecipe) {
  for (const char* data : {"scenes", "flickr8k:folder"}) {
    for (const auto& [name, kind] : decoder_choices()) {
      SCOPED_TRACE(std::string(data) + " " + name);
      Recipe recipe = recipe_for(data);
      Config config;
      declare(recipe, config);
      config.assign("decoder=" + name);
      take_defaults_of_kind(recipe.model.decoder, config);
      recipe.model.decoder.vocabulary = kWords;
      recipe.model.decoder.feature_width = kWidth;
      Parameters parameters;
      parameters.add_group({.name = "decoder"});
      EXPECT_NO_THROW(make_decoder(recipe.model.decoder, parameters));
    }
  }
}

TEST(DecoderOptions, ModelFilesNameOnlyWhatIsNotTheOldKind) {
  ModelOptions options;
  EXPECT_EQ(to_json(options).find("cell"), std::string::npos);
  options.decoder.cell = CellKind::kGru;
  EXPECT_NE(to_json(options).find("\"cell\": \"gru\""), std::string::npos);
  EXPECT_EQ(to_json(options).find("\"decoder\""), std::string::npos);
}

}  // namespace
}  // namespace storyteller::decoder_options_test
