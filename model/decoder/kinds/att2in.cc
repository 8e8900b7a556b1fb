#include "model/decoder/kinds/soft.h"

namespace storyteller {

// "Att2in" (Rennie 2017, section 3.2): SoftDecoder whose attended z enters the candidate of the
// cell alone, and none of its other gates. The cell of the paper is maxout_lstm.
std::unique_ptr<Decoder> make_att2in(const DecoderOptions& options, Parameters& parameters) {
  return std::make_unique<SoftDecoder>(options, parameters, SoftDecoder::ContextInto::kCandidate);
}

}  // namespace storyteller
