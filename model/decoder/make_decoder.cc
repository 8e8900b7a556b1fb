#include "model/decoder/decoder.h"
#include "model/decoder/kinds/soft.h"

namespace storyteller {

std::unique_ptr<Decoder> make_decoder(const DecoderOptions& options, Parameters& parameters) {
  return std::make_unique<SoftDecoder>(options, parameters);
}

}  // namespace storyteller
