#pragma once

#include <string>
#include <vector>

#include "model/encoder/residual_block.h"
#include "model/encoder/scene_encoder.h"

namespace storyteller {

/// A residual network with two paths for 96 x 96 pictures of simple scenes, trained together with
/// the decoder: 12 x 12 regions of 128 features, 0.05 G multiply-adds a picture.
///   features = W_f mean_3x3(form(picture)) + W_c color(8 x 8 means of the picture)
/// What a thing is shaped like is seen at full resolution by the form path; what colour it is, a
/// region's mean tells the colour path. Both meet in a sum of linear maps, so that a word for a
/// shape can be read off whatever the colour. With one path for both, the filters that know shapes
/// are tuned to the colours in which they were seen, and a pink moon, when training showed moons of
/// other colours alone, is named a pink cross. What tells a shape lies at its edges; the mean over
/// 3 x 3 regions brings it to the middle, where attention is to find it.
class FormColorCnn : public SceneEncoder {
 public:
  explicit FormColorCnn(Parameters& parameters);

  std::string name() const override { return "form_color_cnn"; }
  Var forward(Tape& tape, const Var& pictures) override;
  void freeze_statistics(bool frozen) override;

 private:
  NormalisedConvolution stem_;
  std::vector<ResidualBlock> form_;
  NormalisedConvolution form_out_, color_, color_out_;
};

}  // namespace storyteller
