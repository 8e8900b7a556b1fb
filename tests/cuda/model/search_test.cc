// Captions found on CUDA are those found on the CPU.
#include "model/search/search.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/decoder_choices.h"
#include "tests/model/search/tiny_decoder.h"

namespace storyteller::search_test {
namespace {

constexpr int64_t kWords = 9, kPictures = 3;
constexpr uint64_t kSeeds[] = {0, 1, 8, 15, 19, 35};  // every score, gate, state and output layer

std::vector<Caption> found(uint64_t seed, int beam, DType dtype, Device device) {
  TinyDecoder tiny(seed, dtype, kWords, kPictures, 1.5, device);
  return best_captions(tiny.decoder(), tiny.features(),
                       {.beam = beam, .max_words = 8, .no_repeat_ngram = beam == 3 ? 2 : 0});
}

TEST(CudaSearch, GreedyAndBeamCaptionsAreThoseOfTheCpu) {
  for (const uint64_t seed : kSeeds) {
    for (const int beam : {1, 3}) {
      SCOPED_TRACE(testing::Message() << "seed " << seed << ", beam " << beam);
      const auto wanted = found(seed, beam, DType::kFloat32, Device::cpu());
      const auto got = found(seed, beam, DType::kFloat32, Device::cuda());
      ASSERT_EQ(got.size(), wanted.size());
      for (size_t i = 0; i < got.size(); ++i) {
        EXPECT_EQ(got[i].words, wanted[i].words);
        EXPECT_EQ(got[i].finished, wanted[i].finished);
        EXPECT_NEAR(got[i].log_probability, wanted[i].log_probability,
                    1e-5 * std::abs(wanted[i].log_probability));
        ASSERT_EQ(got[i].alpha.size(), wanted[i].alpha.size());
        for (size_t l = 0; l < got[i].alpha.size(); ++l) {
          ASSERT_NEAR(got[i].alpha[l], wanted[i].alpha[l], 1e-5);
        }
      }
    }
  }
}

using NamedKinds = std::vector<std::pair<std::string, TinyDecoder::Kind>>;

/// Every kind of decoder with one cell, and each way to read the picture.
NamedKinds kinds() {
  NamedKinds all;
  for (const auto& [name, kind, cell] : decoders_with_cells()) {
    if (cell == CellKind::kLstm) all.push_back({name, {kind, cell}});
  }
  for (const auto region : {DecodingRegion::kArgmax, DecodingRegion::kSample}) {
    all.push_back({"hard, region " + std::to_string(static_cast<int>(region)),
                   {.decoder = DecoderKind::kHard, .decoding_region = region}});
  }
  for (const auto input : {ImageInput::kEvery, ImageInput::kState}) {
    all.push_back({"fixed, image input " + std::to_string(static_cast<int>(input)),
                   {.decoder = DecoderKind::kFixed, .image_input = input}});
  }
  return all;
}

NamedKinds with_other_cells() {
  NamedKinds all;
  for (const auto& [name, kind, cell] : decoders_with_cells()) {
    if (cell != CellKind::kLstm) all.push_back({name, {kind, cell}});
  }
  return all;
}

void expect_captions_of_the_cpu(const NamedKinds& kinds) {
  for (const auto& [name, kind] : kinds) {
    for (const int beam : {1, 3}) {
      SCOPED_TRACE(testing::Message() << name << ", beam " << beam);
      const auto found_on = [&, kind = kind](Device device) {
        TinyDecoder tiny(1, DType::kFloat32, kWords, kPictures, kTameWeights, device, kind);
        return best_captions(tiny.decoder(), tiny.features(), {.beam = beam, .max_words = 8});
      };
      const auto wanted = found_on(Device::cpu()), got = found_on(Device::cuda());
      for (size_t i = 0; i < wanted.size(); ++i) {
        EXPECT_EQ(got[i].words, wanted[i].words);
        EXPECT_NEAR(got[i].log_probability, wanted[i].log_probability,
                    1e-5 * std::abs(wanted[i].log_probability));
        ASSERT_EQ(got[i].alpha.size(), wanted[i].alpha.size());
        for (size_t l = 0; l < got[i].alpha.size(); ++l) {
          ASSERT_NEAR(got[i].alpha[l], wanted[i].alpha[l], 1e-5);
        }
      }
    }
  }
}

TEST(CudaSearch, EveryKindOfDecoderSaysWhatItSaysOnTheCpu) { expect_captions_of_the_cpu(kinds()); }

TEST(CudaSearch, EveryKindWithEveryOtherCellSaysWhatItSaysOnTheCpu) {
  expect_captions_of_the_cpu(with_other_cells());
}

TEST(CudaSearch, InBFloat16LogitsAreNearThoseOfFloat) {
  for (const uint64_t seed : kSeeds) {
    TinyDecoder exact(seed, DType::kFloat64, kWords, 1);
    TinyDecoder narrow(seed, DType::kBFloat16, kWords, 1, 1.5, Device::cuda());
    const std::vector<int> words = {5, 7, 4, 11};
    const auto wanted = exact.read(0, words).logits, got = narrow.read(0, words).logits;
    double error = 0, size = 0;
    for (size_t i = 0; i < wanted.size(); ++i) {
      error += std::pow(got[i] - wanted[i], 2);
      size += std::pow(wanted[i], 2);
    }
    EXPECT_LT(std::sqrt(error / size), 0.03) << "seed " << seed;
  }
}

TEST(CudaSearch, InBFloat16GivesTheSameCaptionsEveryTime) {
  for (const int beam : {1, 3}) {
    const auto first = found(8, beam, DType::kBFloat16, Device::cuda());
    const auto second = found(8, beam, DType::kBFloat16, Device::cuda());
    for (size_t i = 0; i < first.size(); ++i) {
      EXPECT_EQ(first[i].words, second[i].words);
      EXPECT_EQ(first[i].log_probability, second[i].log_probability);
      EXPECT_FALSE(first[i].words.empty());
    }
  }
}

}  // namespace
}  // namespace storyteller::search_test
