#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace storyteller {

class Decoder;
struct DecoderOptions;
class Parameters;

/// The kinds of decoders; what they are called stands in the table below.
enum class DecoderKind : int {
  kSoft,      ///< it attends to regions, for each word anew (Xu 2015)
  kHard,      ///< it looks at one region, drawn by its weight (Xu 2015, section 4.1)
  kAdaptive,  ///< it attends to regions or to what it knows of the language (Lu 2017)
  kAtt2in,    ///< what it attends to enters the cell's candidate alone (Rennie 2017)
  kTopDown,   ///< one cell attends, another speaks (Anderson 2018)
  kAoa,       ///< what it attended to passes one more gate (Huang 2019)
  kFixed,     ///< it reads the mean feature and attends to nothing (Vinyals 2015)
};

using MakeDecoder = std::unique_ptr<Decoder>(const DecoderOptions& options, Parameters& parameters);
/// One for each kind, in kinds/KIND.cc; they are called by make_decoder().
MakeDecoder make_soft, make_hard, make_adaptive, make_att2in, make_top_down, make_aoa, make_fixed;

/// A row of the table of kinds.
struct DecoderKindRow {
  DecoderKind kind;
  const char* name;
  const char* says;  ///< of itself, for the help of the option
  MakeDecoder* make;
  const char* defaults = "";  ///< where its paper has others than `soft`: "gate=none output=plain"
  const char* training_defaults = "";  ///< likewise, of the settings of training
  bool attends = true;                 ///< and so reads the settings of attention
  const char* reads = "";  ///< settings, of model and training, that this kind alone reads
};

inline constexpr DecoderKindRow kDecoderKinds[] = {
    {.kind = DecoderKind::kSoft,
     .name = "soft",
     .says = "attends to regions at every word",
     .make = make_soft},
    {.kind = DecoderKind::kHard,
     .name = "hard",
     .says = "looks at one region a word",
     .make = make_hard,
     .reads = "semi_sampling decoding_region region_reward region_entropy"},
    {.kind = DecoderKind::kAdaptive,
     .name = "adaptive",
     .says = "attends to regions or looks away (Lu 2017)",
     .make = make_adaptive,
     .defaults = "gate=none initial_state=zero",
     .training_defaults = "coverage_weight=0"},
    {.kind = DecoderKind::kAtt2in,
     .name = "att2in",
     .says = "attends for the cell's candidate alone (Rennie 2017)",
     .make = make_att2in,
     .defaults = "cell=maxout_lstm gate=none initial_state=zero",
     .training_defaults = "coverage_weight=0"},
    {.kind = DecoderKind::kTopDown,
     .name = "top_down",
     .says = "attends by one cell and speaks by another (Anderson 2018)",
     .make = make_top_down,
     .defaults = "gate=none initial_state=zero",
     .training_defaults = "coverage_weight=0"},
    {.kind = DecoderKind::kAoa,
     .name = "aoa",
     .says = "speaks of what it attended to and lets through (Huang 2019)",
     .make = make_aoa,
     .defaults = "gate=none initial_state=zero",
     .training_defaults = "coverage_weight=0"},
    {.kind = DecoderKind::kFixed,
     .name = "fixed",
     .says = "reads the mean of the regions and attends to nothing",
     .make = make_fixed,
     .defaults = "output=plain",
     .training_defaults = "coverage_weight=0",
     .attends = false,
     .reads = "image_input"},
};

/// For the option `decoder`.
std::vector<std::pair<std::string, DecoderKind>> decoder_choices();
/// "soft attends to ...; hard ...", for its help.
std::string describe_decoders();

}  // namespace storyteller
