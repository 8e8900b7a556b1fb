#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace storyteller {

class Decoder;
struct DecoderOptions;
class Parameters;

/// The kinds of decoders; what they are called stands in the table of make_decoder.cc.
enum class DecoderKind : int {
  kSoft,      ///< it attends to regions, for each word anew (Xu 2015)
  kHard,      ///< it looks at one region, drawn by its weight (Xu 2015, section 4.1)
  kAdaptive,  ///< it attends to regions or to what it knows of the language (Lu 2017)
  kAtt2in,    ///< what it attends to enters the cell's candidate alone (Rennie 2017)
  kTopDown,   ///< one cell attends, another speaks (Anderson 2018)
  kFixed,     ///< it reads the mean feature and attends to nothing (Vinyals 2015)
};

/// For the option `decoder`.
std::vector<std::pair<std::string, DecoderKind>> decoder_choices();

using MakeDecoder = std::unique_ptr<Decoder>(const DecoderOptions& options, Parameters& parameters);
/// One for each kind, in kinds/KIND.cc; they are called by make_decoder().
MakeDecoder make_soft, make_hard, make_adaptive, make_att2in, make_top_down, make_fixed;

}  // namespace storyteller
