#pragma once

#include <string>
#include <vector>

#include "core/serialization/weights_file.h"
#include "model/encoder/encoder_options.h"
#include "model/encoder/fit.h"

namespace storyteller {

/// fit_encoder for an encoder by its name, which is declared and never allocated.
EncoderFit fit_to(const WeightsFile& file, const std::string& encoder,
                  const EncoderChoices& choices, const std::vector<NameRule>& rules);

/// A pretrained encoder that a file has all weights of.
struct FittingEncoder {
  std::string encoder, setting;    ///< "encoder_norm=batch" where it needs another than the default
  std::vector<std::string> notes;  ///< of its EncoderFit
};
/// All that fit, without rules.
std::vector<FittingEncoder> fitting_encoders(const WeightsFile& file);

/// Which encoder a file comes nearest to that none fits, and what it lacks of it; "" where it is
/// far from all.
std::string nearest_encoder(const WeightsFile& file);

/// Throws ModelError where `fit` is not complete: the cause in one line, with the setting, the
/// file or the rule that would help where one is found.
void require_fit(const WeightsFile& file, const EncoderFit& fit, const std::string& encoder,
                 const EncoderChoices& choices, const std::vector<NameRule>& rules);

}  // namespace storyteller
