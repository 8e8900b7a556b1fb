#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/parameters.h"
#include "core/serialization/weights_file.h"

namespace storyteller {

/// A change of names: what `pattern` (ECMAScript) finds becomes `replacement` ($1 for a group).
struct NameRule {
  std::string pattern, replacement;
};

/// Rules from lines `regex -> replacement`; `#` begins a comment. Throws UsageError naming file and
/// line.
std::vector<NameRule> read_name_rules(const std::string& path);

/// How a file of weights fits an encoder.
struct EncoderFit {
  struct Match {
    std::string file_name, name;  ///< in the file, of the encoder
    std::vector<std::int64_t> file_shape, shape;
    bool fits() const { return file_shape == shape; }
  };
  std::vector<Match> matches;        ///< by the encoder's names; of right shape or not
  std::vector<Match> misshapen;      ///< those of another shape
  std::vector<std::string> missing;  ///< names of the encoder
  std::vector<std::string> unused;   ///< names of the file; without num_batches_tracked
  std::vector<std::string> notes;    ///< what was done to the names, a sentence each
  bool complete() const { return missing.empty() && misshapen.empty(); }
};

/// Finds every value below kEncoderPrefix in the file. All `rules` are applied to each name, in
/// order; a name that is then not the encoder's loses `module.`, `model.`, `encoder.` and
/// `backbone.` in front until it is. Throws ModelError where two tensors come to one name,
/// UsageError where a rule is no regular expression.
EncoderFit fit_encoder(const WeightsFile& file, const Parameters& parameters,
                       const std::vector<NameRule>& rules);

}  // namespace storyteller
