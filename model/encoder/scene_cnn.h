#pragma once

#include <string>
#include <vector>

#include "model/encoder/residual_block.h"
#include "model/encoder/scene_encoder.h"

namespace storyteller {

/// A small residual network (He et al., 2016) for 96 x 96 pictures of simple scenes, trained
/// together with the decoder: 12 x 12 regions of 128 features, 0.11 G multiply-adds a picture.
class SceneCnn : public SceneEncoder {
 public:
  explicit SceneCnn(Parameters& parameters);

  std::string name() const override { return "scene_cnn"; }
  Var forward(Tape& tape, const Var& pictures) override;
  void freeze_statistics(bool frozen) override;

 private:
  NormalisedConvolution stem_;
  std::vector<ResidualBlock> blocks_;
};

}  // namespace storyteller
