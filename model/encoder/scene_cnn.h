#pragma once

#include <string>
#include <vector>

#include "model/encoder/encoder.h"
#include "model/encoder/residual_block.h"

namespace storyteller {

/// A small residual network (He et al., 2016) for 96 x 96 pictures of simple scenes, trained
/// together with the decoder: 12 x 12 regions of 128 features, 0.11 G multiply-adds a picture.
class SceneCnn : public Encoder {
 public:
  explicit SceneCnn(Parameters& parameters);

  std::string name() const override { return "scene_cnn"; }
  Preprocessing preprocessing() const override;
  int64_t grid_rows() const override { return 12; }
  int64_t grid_columns() const override { return 12; }
  int64_t width() const override { return 128; }
  Var forward(Tape& tape, const Var& pictures) override;
  /// Throws ModelError: there are no pretrained weights for it.
  void load_pretrained(const SafetensorsFile& file) override;

 private:
  NormalisedConvolution stem_;
  std::vector<ResidualBlock> blocks_;
};

}  // namespace storyteller
