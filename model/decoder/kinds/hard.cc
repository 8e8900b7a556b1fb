#include <optional>

#include "core/ops/region_reward.h"
#include "core/random_stream.h"
#include "model/decoder/kinds/soft.h"

namespace storyteller {
namespace {

// Sites of random numbers; see philox_key.
constexpr uint64_t kRegionSite = 0x72656769, kSemiSamplingSite = 0x73656D69;

/// Hard attention (Xu 2015, section 4.1): SoftDecoder with the regions' weighted mean replaced by
/// one region, drawn by its weight. Through the draw no gradient flows; what the draws are worth is
/// learned by region_reward_loss (REINFORCE). A share of the optimizer's steps draws
/// (`semi_sampling`), the others read the mean; what captioning reads is `decoding_region`.
class HardDecoder final : public SoftDecoder {
 public:
  HardDecoder(const DecoderOptions& options, Parameters& parameters);

  AttentionTrace attention(const DecoderLoop& loop) const override;

 private:
  std::optional<RegionDraw> draw(const Tape& tape, const DropoutSite& site) const override;

  const Parameters& parameters_;
  Parameters::Id reward_state_;
};

HardDecoder::HardDecoder(const DecoderOptions& options, Parameters& parameters)
    : SoftDecoder(options, parameters),
      parameters_(parameters),
      reward_state_(
          parameters.declare_buffer("decoder.attention.reward_state", {kRegionRewardState}, 0)) {}

AttentionTrace HardDecoder::attention(const DecoderLoop& loop) const {
  AttentionTrace trace = SoftDecoder::attention(loop);
  if (trace.drawn) trace.reward_state = parameters_.value(reward_state_);
  return trace;
}

std::optional<RegionDraw> HardDecoder::draw(const Tape& tape, const DropoutSite& site) const {
  const uint64_t key = philox_key(site.seed, site.step, kRegionSite);
  if (tape.recording()) {
    const uint64_t coin = philox_key(site.seed, site.step, kSemiSamplingSite);
    if (uniform01(static_cast<uint32_t>(coin)) >= options().semi_sampling) return {};
    return RegionDraw{.at_random = true, .key = key, .row_key = site.row_key};
  }
  switch (options().decoding_region) {
    case DecodingRegion::kExpectation:
      return {};
    case DecodingRegion::kArgmax:
      return RegionDraw{};
    case DecodingRegion::kSample:
      return RegionDraw{.at_random = true, .key = key, .row_key = site.row_key};
  }
  return {};
}

}  // namespace

std::unique_ptr<Decoder> make_hard(const DecoderOptions& options, Parameters& parameters) {
  return std::make_unique<HardDecoder>(options, parameters);
}

}  // namespace storyteller
