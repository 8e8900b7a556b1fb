#pragma once

#include "model/encoder/encoder.h"

namespace storyteller {

/// What the encoders of drawn scenes have in common: 96 x 96 pictures, 12 x 12 regions of 128
/// features, and training from scratch, together with the decoder.
class SceneEncoder : public Encoder {
 public:
  static constexpr int64_t kSide = 96, kGrid = 12, kWidth = 128;

  Preprocessing preprocessing() const override;
  int64_t grid_rows() const override { return kGrid; }
  int64_t grid_columns() const override { return kGrid; }
  int64_t width() const override { return kWidth; }
  /// Throws ModelError: there are no pretrained weights for it.
  std::vector<std::string> load_pretrained(const WeightsFile& file) override;
};

}  // namespace storyteller
