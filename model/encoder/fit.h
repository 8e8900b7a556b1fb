#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/parameters.h"
#include "core/serialization/weights_file.h"
#include "model/encoder/name_rules.h"

namespace storyteller {

/// How a file of weights fits an encoder.
struct EncoderFit {
  struct Match {
    std::string file_name, name;  ///< in the file, of the encoder
    std::vector<std::int64_t> file_shape, shape;
    bool fits() const { return file_shape == shape; }
  };
  std::vector<Match> matches;        ///< by the encoder's names; of right shape or not
  std::vector<Match> misshapen;      ///< those of another shape
  std::vector<Match> unreadable;     ///< those of a type that is not read
  std::vector<Match> biases;         ///< of convolutions in front of a norm, which need none
  std::vector<std::string> missing;  ///< names of the encoder
  std::vector<std::string> unused;   ///< names of the file; without num_batches_tracked
  std::vector<std::string> rivals;   ///< prefixes that the whole encoder is under; none or several
  std::vector<std::string> notes;    ///< what was done to the names, a sentence each
  bool complete() const {
    return missing.empty() && misshapen.empty() && unreadable.empty() && rivals.empty();
  }
};

/// Finds every value below kEncoderPrefix in the file. All `rules` are applied to each name, in
/// order. `_orig_mod.`, `module.` and other wrappers are passed over wherever they stand, and `/`
/// is a point. Then all names may be those of another library (naming.h) and have one prefix in
/// front, whatever it is, which are found by what fits; prefixes of some names alone are taken off
/// where they are usual ones. Throws ModelError where rules bring two tensors to one name,
/// UsageError where a rule is no regular expression.
EncoderFit fit_encoder(const WeightsFile& file, const Parameters& parameters,
                       const std::vector<NameRule>& rules);

/// The name of the norm behind a convolution, as torchvision numbers them: "layer1.0.bn2" for
/// "layer1.0.conv2", "features.1" for "features.0"; "" for another name.
std::string norm_behind(const std::string& convolution);

}  // namespace storyteller
